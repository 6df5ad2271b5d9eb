import { AccessNetwork } from '../../../src/testing/network/access-network.js'
import { Internet } from '../../../src/testing/network/internet.js'
import { seeded } from '../../../src/testing/scheduler/random.js'
import { Scheduler } from '../../../src/testing/scheduler/scheduler.js'
import type { Packet } from '../../../src/testing/transport/packets.js'
import { PROFILES } from '../../../src/testing/transport/profile.js'
import { simulatedWebRtc, type StackName } from '../../../src/testing/webrtc/index.js'

type Pc = RTCPeerConnection

const EVENTS = [
  'signalingstatechange',
  'negotiationneeded',
  'icegatheringstatechange',
  'iceconnectionstatechange',
  'connectionstatechange',
  'track',
  'datachannel',
]

const told = (pc: Pc, event: Event): string => {
  const { transceiver, streams, channel } = event as RTCTrackEvent & RTCDataChannelEvent
  const states: Record<string, string> = {
    signalingstatechange: pc.signalingState,
    icegatheringstatechange: pc.iceGatheringState,
    iceconnectionstatechange: pc.iceConnectionState,
    connectionstatechange: pc.connectionState,
  }
  if (event.type === 'track') return `track ${transceiver.mid} of ${streams.length} streams`
  if (event.type === 'datachannel') return `datachannel ${channel.label} ${channel.readyState}`
  return states[event.type] ? `${event.type} ${states[event.type]}` : event.type
}

/** A simulated world of two devices, and their peer connections `a` and `b`. */
export const world = (stack?: StackName, seed = 3) => {
  const scheduler = new Scheduler()
  const random = seeded(seed)
  const internet = new Internet<Packet>(scheduler, random)
  const networks = ['203.0.113.1', '203.0.113.2'].map((address) => new AccessNetwork(scheduler, address))
  const [near, far] = networks as [AccessNetwork, AccessNetwork]
  const at = (address: string, network: AccessNetwork) =>
    simulatedWebRtc({
      scheduler,
      random,
      profile: PROFILES.chromium,
      bind: () => internet.bind(address, network),
      ...(stack && { stack }),
    })
  const [here, there] = [at('203.0.113.1', near), at('203.0.113.2', far)]
  const a = new here.RTCPeerConnection()
  const b = new there.RTCPeerConnection()
  const log: string[] = []
  const say = (line: string) => void log.push(line)
  for (const [name, pc] of [
    ['a', a],
    ['b', b],
  ] as const)
    for (const type of EVENTS) pc.addEventListener(type, (event) => say(`${name} ${told(pc, event)}`))
  const trickle = (from: Pc, to: Pc) => {
    from.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) void to.addIceCandidate(candidate).catch(() => {})
    }
  }
  trickle(a, b)
  trickle(b, a)
  const until = <T>(promise: Promise<T>): Promise<T> => scheduler.until(promise)
  /** Name of the error that a call ends with; `ok` when it does not. */
  const outcome = async (call: () => unknown): Promise<string> => {
    try {
      await until(Promise.resolve(call()))
      return 'ok'
    } catch (error) {
      return (error as Error).name
    }
  }
  /** A round of offer and answer. */
  const negotiate = async (from: Pc = a, to: Pc = b, options?: RTCOfferOptions) => {
    const offer = await until(from.createOffer(options))
    await until(from.setLocalDescription(offer))
    await until(to.setRemoteDescription(offer))
    const answer = await until(to.createAnswer())
    await until(to.setLocalDescription(answer))
    await until(from.setRemoteDescription(answer))
    return { offer: offer.sdp as string, answer: answer.sdp as string }
  }
  /** The log so far, which begins anew. */
  const heard = () => log.splice(0)
  const close = async () => {
    for (const pc of [...here.peers, ...there.peers]) pc.close()
    await scheduler.pass(60_000)
    return { tasks: scheduler.waiting(), sockets: internet.open }
  }
  return { scheduler, random, internet, near, far, here, there, a, b, say, heard, until, outcome, negotiate, close }
}

export type World = ReturnType<typeof world>

/** What is left of a world that was closed. */
export const NOTHING = { tasks: 0, sockets: 0 }

/** Transceivers as `mid:direction/currentDirection`. */
export const lines = (pc: Pc): string =>
  pc
    .getTransceivers()
    .map(({ mid, direction, currentDirection }) => `${mid}:${direction}/${currentDirection}`)
    .join(' ')

/** The m-lines of a description as `kind port mid direction`. */
export const shape = (sdp = ''): string[] =>
  sdp
    .split(/\r\n(?=m=)/)
    .slice(1)
    .map((text) => {
      const [, kind, port] = /^m=(\S+) (\d+)/.exec(text) ?? []
      const mid = /^a=mid:(\S+)/m.exec(text)?.[1]
      const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(text)?.[1]
      return [kind, port === '0' ? 'rejected' : '', mid, direction].filter((part) => part).join(' ')
    })
