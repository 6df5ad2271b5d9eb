// One child process of the connect bench: rounds of three connects each, in an order that turns.
import wrtc from '@roamhq/wrtc'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { connectMinimal } from './minimal-client.js'

export type Contestant = 'engine' | 'minimal' | 'control'

export interface Measured {
  /** Milliseconds from the call to the open channel. */
  readonly open: number
  /** Milliseconds from the call to the first decoded frame; absent where only the channel is measured. */
  readonly frame?: number
}

export interface ChildOrder {
  readonly url: string
  readonly room: string
  readonly token: string
  readonly rounds: number
  readonly warmUp: number
  /** Waits for the first frame of each connect, with a rest before it; otherwise connects follow each other at once. */
  readonly frames: boolean
  readonly source: { readonly peer: string; readonly stream: string }
}

const { RTCPeerConnection, MediaStream } = wrtc

/** Starts a sink on a track; resolves with the time of the first frame. */
const firstFrame = () => {
  let stop = () => {}
  let seen: (at: number) => void = () => {}
  const at = new Promise<number>((resolve) => (seen = resolve))
  const watch = (track: MediaStreamTrack) => {
    const sink = new wrtc.nonstandard.RTCVideoSink(track)
    sink.onframe = () => seen(performance.now())
    stop = () => sink.stop()
  }
  return { at, watch, stop: () => stop() }
}

const engine = async (order: ChildOrder, peer: string): Promise<Measured> => {
  const frame = firstFrame()
  const socket = new RealtimeSocket(order.url, { environment: { RTCPeerConnection, MediaStream } })
  const start = performance.now()
  const receiver = socket.createReceiverTrack('video', StreamKinds.VIDEO)
  receiver.on('track_added', frame.watch)
  receiver.attach(order.source)
  await socket.connect(new MediaGatewayConnector(), { roomId: order.room, peerId: peer, token: order.token })
  const open = performance.now() - start
  const decoded = order.frames ? { frame: (await frame.at) - start } : {}
  frame.stop()
  await socket[Symbol.asyncDispose]()
  return { open, ...decoded }
}

const minimal = async (order: ChildOrder, peer: string): Promise<Measured> => {
  const frame = firstFrame()
  const start = performance.now()
  const session = await connectMinimal({ ...order, peer, onTrack: frame.watch })
  const open = performance.now() - start
  const decoded = order.frames ? { frame: (await frame.at) - start } : {}
  frame.stop()
  await session.close()
  return { open, ...decoded }
}

const RUN: Record<Contestant, (order: ChildOrder, peer: string) => Promise<Measured>> = {
  engine,
  minimal,
  control: minimal,
}

/**
 * A publisher's libwebrtc answers one request for a key frame in 300 ms (its encoder feedback is throttled); without a
 * rest every first frame would measure that, whoever asks.
 */
const KEY_FRAME_REST_MS = 350
const rest = () => new Promise((resolve) => setTimeout(resolve, KEY_FRAME_REST_MS))

const ORDERS: readonly Contestant[][] = [
  ['engine', 'minimal', 'control'],
  ['minimal', 'control', 'engine'],
  ['control', 'engine', 'minimal'],
  ['control', 'minimal', 'engine'],
  ['engine', 'control', 'minimal'],
  ['minimal', 'engine', 'control'],
]

process.on('message', async (order: ChildOrder) => {
  const rounds: Record<Contestant, Measured>[] = []
  for (let round = -order.warmUp; round < order.rounds; round += 1) {
    const measured = {} as Record<Contestant, Measured>
    for (const contestant of ORDERS[(round + order.warmUp) % ORDERS.length] ?? []) {
      if (order.frames) await rest()
      measured[contestant] = await RUN[contestant](order, `${process.pid}-${round}-${contestant}`)
    }
    if (round >= 0) rounds.push(measured)
  }
  process.send?.(rounds, () => process.exit(0))
})
