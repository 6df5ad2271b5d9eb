import { Names } from './names.js'
import type { End } from './calls.js'
import type { Stack } from './stack.js'

type Pc = RTCPeerConnection

/** What is told about together: within a family the order is the order of the specification, between two it is a race. */
export type Family = 'signalling' | 'gathering' | 'ice' | 'connection' | 'channels'

/** What threads of their own tell of. */
const TIMED = new Set<string>(['gathering', 'ice', 'connection'])

/** One end, with what it said and what it has. */
export class Side {
  readonly pc: Pc
  /** In the order in which they came to be here. */
  readonly channels: RTCDataChannel[] = []
  readonly tracks: MediaStreamTrack[] = []
  /** Descriptions that were made here, the last one last. */
  readonly offers: RTCSessionDescriptionInit[] = []
  readonly answers: RTCSessionDescriptionInit[] = []
  readonly candidates: RTCIceCandidate[] = []
  /** What was read of a sender at first. */
  readonly parameters = new Map<RTCRtpSender, RTCRtpSendParameters>()
  closed = false
  /** Lines that were heard since they were taken, by family or channel. */
  #heard: [string, string][] = []
  /** How many lines there were in all. */
  count = 0

  constructor(
    readonly name: End,
    readonly stack: Stack,
    readonly names: Names,
  ) {
    this.pc = new stack.RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    this.#listen()
  }

  hear(where: string, line: string): void {
    this.count += 1
    this.#heard.push([where, line])
  }

  /** What was heard since the last time, by where. */
  take(): string[] {
    const where = [...new Set(this.#heard.map(([where]) => where))].sort()
    const told = where.map((one) => `${this.name} ${one}: ${this.#linesOf(one).join(', ')}`)
    this.#heard = []
    return told
  }

  #linesOf(where: string): string[] {
    const lines = this.#heard.flatMap(([at, line]) => (at === where ? [line] : []))
    return this.stack.tellsStates || !TIMED.has(where) ? lines : [...new Set(lines)]
  }

  /** A local track, with a name that is the same on every stack. */
  track(kind: 'audio' | 'video'): MediaStreamTrack {
    const track = this.stack.track(kind)
    this.tracks.push(track)
    this.names.of(track.id, `${this.name} ${kind} ${this.tracks.length}`)
    return track
  }

  streams(count: number): MediaStream[] {
    return Array.from({ length: count }, () => {
      const stream = new this.stack.MediaStream()
      this.names.next(stream.id, `${this.name} stream`)
      return stream
    })
  }

  adopt(channel: RTCDataChannel): void {
    this.channels.push(channel)
    const at = `channel ${channel.label}`
    for (const type of ['open', 'closing', 'close', 'error'])
      channel.addEventListener(type, () => this.hear(at, `${type} (${channel.readyState})`))
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => this.hear(at, `message ${data}`))
  }

  #listen(): void {
    const { pc } = this
    const on = (type: string, family: Family, state: () => string) =>
      pc.addEventListener(type, () => this.hear(family, this.stack.tellsStates ? `${type} ${state()}` : type))
    on('icegatheringstatechange', 'gathering', () => pc.iceGatheringState)
    on('iceconnectionstatechange', 'ice', () => pc.iceConnectionState)
    on('connectionstatechange', 'connection', () => pc.connectionState)
    pc.addEventListener('signalingstatechange', () => this.hear('signalling', pc.signalingState))
    pc.addEventListener('negotiationneeded', () => this.hear('signalling', 'negotiationneeded'))
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) this.candidates.push(candidate)
      if (!candidate) this.hear('gathering', 'no more candidates')
    })
    pc.addEventListener('track', ({ transceiver, streams }) => this.#track(transceiver, streams))
    pc.addEventListener('datachannel', ({ channel }) => {
      this.hear('channels', `datachannel ${channel.label} (${channel.readyState})`)
      this.adopt(channel)
    })
  }

  readonly #known = new Set<MediaStream>()

  #track({ mid, receiver }: RTCRtpTransceiver, streams: readonly MediaStream[]): void {
    this.hear('signalling', `track ${mid} of [${streams.map(({ id }) => this.names.get(id)).join(', ')}]`)
    if (!this.names.has(receiver.track.id)) this.names.of(receiver.track.id, `track`)
    for (const stream of streams) {
      if (this.#known.has(stream)) continue
      this.#known.add(stream)
      for (const type of ['addtrack', 'removetrack'])
        stream.addEventListener(type, () => this.hear('signalling', `${type} at ${this.names.get(stream.id)}`))
    }
  }
}

/** Two ends that nothing connects but the calls. */
export interface Pair {
  readonly a: Side
  readonly b: Side
}

export const pairOn = (stack: Stack): Pair => {
  const names = new Names()
  return { a: new Side('a', stack, names), b: new Side('b', stack, names) }
}

export const otherOf = ({ a, b }: Pair, side: Side): Side => (side === a ? b : a)
