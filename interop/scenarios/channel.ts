import { deflateSync } from 'node:zlib'
import { describeEvents } from '../describe-events.js'
import { RawPeer } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import { flows, switchTo } from './receive.js'

const video = { kind: 'video', name: 'video_main' } as const

const ping = (req_id: number, more: object = {}) =>
  JSON.stringify({ type: 'request', req_id, request: 'room.unsubscribe', data: { peer: 'nobody' }, ...more })

const opened = (channel: RTCDataChannel) =>
  new Promise<void>((resolve) => {
    if (channel.readyState === 'open') resolve()
    else channel.addEventListener('open', () => resolve())
  })

/** A session whose only channel is of this kind: whether it opens, and whether a request on it is answered. */
const only =
  (label: string, init: RTCDataChannelInit): Scenario['run'] =>
  async (target, run) => {
    const peer = new RawPeer(target, run.room, 'a')
    run.defer(() => peer.leave())
    const fresh = new target.lab.RTCPeerConnection({})
    run.defer(() => fresh.close())
    // the usual channel of the helper would be opened too, so the connection is another one
    Object.defineProperty(peer, 'pc', { value: fresh })
    const channel = fresh.createDataChannel(label, init)
    const answers: string[] = []
    channel.addEventListener('message', ({ data }) => answers.push(String(data)))
    await peer.connect({ peer: 'a', open: false })
    await opened(channel)
    channel.send(ping(7))
    await peer.until(() => answers.length > 0, 700)
    return { state: channel.readyState, answers: answers.map((text) => JSON.parse(text) as Json) }
  }

const lengthOf = (bytes: number, req_id: number) =>
  ping(req_id, { filler: 'x'.repeat(bytes - ping(req_id, { filler: '' }).length) })

const scenarios: Record<string, Scenario['run']> = {
  'of any label': only('any label at all', { ordered: true }),
  'of an empty label': only('', { ordered: true }),
  'with a protocol': only('data', { protocol: 'json' }),
  unordered: only('data', { ordered: false }),
  'without retransmission': only('data', { ordered: false, maxRetransmits: 0 }),
  'with a short life': only('data', { maxPacketLifeTime: 100 }),
  'negotiated out of band': only('data', { negotiated: true, id: 3 }),
  'answers go to the one that was opened last': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    const second = peer.pc.createDataChannel('second')
    const onSecond: Json[] = []
    second.addEventListener('message', ({ data }) => onSecond.push(JSON.parse(String(data)) as Json))
    await opened(second)
    const before = peer.answers.length
    peer.send(ping(1))
    await peer.until(() => onSecond.length > 0, 2000)
    second.send(ping(2))
    await peer.until(() => onSecond.length > 1, 2000)
    return { onFirst: peer.answers.length - before, onSecond }
  },
  'events go to the one that was opened last': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    const second = peer.pc.createDataChannel('second')
    const names: string[] = []
    second.addEventListener('message', ({ data }) => names.push((JSON.parse(String(data)) as { event: string }).event))
    await opened(second)
    await RawPeer.join(target, run, { peer: 'b' })
    await peer.until(() => names.includes('peer_updated'), 3000)
    return { onFirst: peer.events.length, onSecond: [...new Set(names)] }
  },
  'a frame of 262144 bytes, and one that inflates to 8 MiB': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    const text = await peer.answersTo(lengthOf(262_144, 900_001))
    const deflated = await peer.answersTo(deflateSync(lengthOf(8 * 1024 * 1024, 900_002)))
    return [...text, ...deflated] as unknown as Json
  },
  'zlib of every level': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    const frames = Array.from({ length: 10 }, (_, level) => deflateSync(ping(900_000 + level), { level }))
    return (await peer.answersTo(...frames)).map(({ req_id }) => req_id)
  },
}

const addressOf = async (peer: RawPeer) => (await peer.request('room.unsubscribe', { peer: 'x' }, 6000)) !== undefined

const paths: Record<string, Scenario['run']> = {
  'the address of the client changes': async (target: Target, run: Run) => {
    const relay = target.lab.relay(run)
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 }, editAnswer: relay.through })
    await b.ask('receiver.switch', switchTo('video_main'))
    const sink = b.sink(b.receivers.video[0]!)
    const before = await flows(b, sink)
    await relay.rebind()
    const answered = await addressOf(b)
    const after = await flows(b, sink, 6000)
    await a.ping()
    return {
      before,
      answered,
      after,
      probe: await b.probe(),
      seen: describeEvents(a.events.filter(({ data }) => data.peer === 'b')),
    }
  },
}

export const channelScenarios: readonly Scenario[] = [
  ...Object.entries(scenarios).map(([name, run]) => ({ name: `channel/${name}`, run })),
  ...Object.entries(paths).map(([name, run]) => ({ name: `path/${name}`, run })),
]
