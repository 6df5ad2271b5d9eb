import type { Fault } from '../doubles/calls.js'
import { usualAnswer } from '../doubles/gateway.js'
import { CALLS } from './facade-calls.js'
import type { DoublesSubject } from './doubles-subject.js'

/** Something that happens to a socket: a call, an event of its world, or time that passes. */
export interface Step {
  readonly name: string
  run(subject: DoublesSubject): void | Promise<void>
}

const time = (ms: number): Step => ({ name: `${ms} ms pass`, run: ({ stage }) => stage.clock.pass(ms) })

/** The next call of this double goes wrong. */
const fails = (name: string, ...faults: Fault[]): Step[] =>
  faults.map((fault) => ({ name: `the next ${name} ${fault}`, run: ({ stage }) => stage.calls.failNext(name, fault) }))

/** A frame comes in over the channel, where there is one. */
const frame = (name: string, data: unknown): Step => ({
  name,
  run: ({ stage }) => stage.peers.at(-1)?.channels[0]?.arrives(data),
})

/** What a listener of the socket does the next time it hears of a state. */
const fromListener = (event: 'peer_state' | 'dc_state' | 'transition', name: string): Step => {
  const call = CALLS.find((it) => it.name === name)!
  return {
    name: `at the next ${event}: ${name}`,
    run: (subject) => {
      const off = subject.socket.on(event, () => {
        off()
        subject.nested(() => subject.call(call))
      })
    },
  }
}

const EVENTS: readonly Step[] = [
  ...[0, 1, 7, 30, 700, 6_000, 20_000].map(time),
  {
    name: 'the gateway refuses whatever it is asked',
    run: ({ stage: { gateway } }) => {
      gateway.answerConnect = () => ({ status: false, error: 'NO_NODE' })
      gateway.answerRequest = () => ({ success: false })
    },
  },
  {
    name: 'the gateway answers no more',
    run: ({ stage }) => {
      stage.gateway.answerRequest = () => undefined
      stage.calls.failNext('gateway.connect', 'hangs')
    },
  },
  {
    name: 'the gateway answers with what is no answer',
    run: ({ stage: { gateway } }) => {
      gateway.answerConnect = (usual) => ({ ...usual, data: { ...usual.data, sdp: 'v=0\r\n' } })
      gateway.answerRequest = () => ({ success: true, data: { sdp: 'v=0\r\n' } })
    },
  },
  {
    name: 'the gateway is well again',
    run: ({ stage: { gateway } }) => {
      gateway.answerConnect = (usual) => usual
      gateway.answerRequest = usualAnswer
    },
  },
  {
    name: 'the network is down',
    run: ({ stage: { network } }) => void (network.transport = network.channel = false),
  },
  {
    name: 'the network is up',
    run: ({ stage: { network, peers } }) => {
      network.transport = network.channel = true
      const peer = peers.at(-1)
      if (!peer?.remoteDescription) return
      peer.transport('connected')
      if (peer.connectionState === 'connected') for (const channel of peer.channels) channel.opens()
    },
  },
  ...(['disconnected', 'failed', 'closed'] as const).map((state): Step => ({
    name: `the transport is ${state}`,
    run: ({ stage }) => {
      // A stack says `closed` by an event only where somebody else closed it.
      if (stage.peers.at(-1)?.remoteDescription) stage.peers.at(-1)?.transport(state)
    },
  })),
  { name: 'the channel closes', run: ({ stage }) => stage.peers.at(-1)?.channels[0]?.breaks() },
  { name: 'there is room again', run: ({ stage }) => stage.peers.at(-1)?.channels[0]?.tell('bufferedamountlow') },
  frame('a message', 'hello'),
  frame('a frame of bytes', new ArrayBuffer(3)),
  frame('an answer that nobody waits for', JSON.stringify({ type: 'answer', req_id: 2 ** 40, success: true })),
  { name: 'the source ends', run: ({ sender }) => (sender?.getTrack() as { ends?(): void } | null)?.ends?.() },
  {
    name: 'media comes in',
    run: ({ stage }) =>
      stage.peers
        .at(-1)
        ?.getTransceivers()
        .forEach(({ receiver }) => receiver.track.flows(true)),
  },
  {
    name: 'media stops',
    run: ({ stage }) =>
      stage.peers
        .at(-1)
        ?.getTransceivers()
        .forEach(({ receiver }) => receiver.track.flows(false)),
  },
  { name: 'the page goes away', run: ({ stage }) => stage.leave() },
  ...fails('gateway.selectFromUrls', 'throws', 'rejects', 'hangs'),
  ...fails('gateway.connect', 'throws', 'rejects', 'hangs'),
  ...fails('gateway.iceCandidate', 'throws', 'rejects', 'hangs'),
  ...fails('gateway.close', 'throws', 'rejects', 'hangs'),
  ...fails('pc.createOffer', 'rejects', 'hangs'),
  ...fails('pc.setLocalDescription', 'rejects', 'hangs'),
  ...fails('pc.setRemoteDescription', 'rejects', 'hangs'),
  ...fails('pc.addTransceiver', 'throws'),
  ...fails('sender.replaceTrack', 'rejects', 'hangs'),
  {
    name: 'the next send of the channel throws',
    run: (subject) => {
      subject.broken = true
      subject.stage.calls.failNext('channel.send', 'throws')
    },
  },
  ...(['peer_state', 'dc_state', 'transition'] as const).flatMap((event) =>
    ['close', 'connect', 'abort', 'createReceiverTrack guest video', 'sender stop', 'send', 'generateOffer'].map(
      (name) => fromListener(event, name),
    ),
  ),
]

/** All that can happen: each call as often as all the rest of the world together. */
export const STEPS: readonly Step[] = [
  ...CALLS.map((call): Step => ({ name: call.name, run: (subject) => subject.call(call) })),
  ...EVENTS,
]
