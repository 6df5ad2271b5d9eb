// Rounds of messages between two ends: batches each way, and round trips.
import wrtc from '@roamhq/wrtc'
import { RealtimeSocket, type IRealtimeSocketOptions } from '../src/index.js'
import { inProcess, type End } from './raw-pair.js'

export const FIGURES = ['sendSmall', 'sendLarge', 'receiveSmall', 'receiveLarge', 'tripSmall', 'tripLarge'] as const
/** Milliseconds: of a batch, or of the median round trip. */
export type Measured = Record<(typeof FIGURES)[number], number>

const BATCH = { small: 2_000, large: 150 }
const TRIPS = { small: 200, large: 50 }

/** As much redundancy as JSON has. */
const words = ['stream', 'video_main', 'peer', 'priority', '{"type":', 'true', 'alice', '},']
const text = (length: number): string => {
  let made = 'm'
  while (made.length < length)
    made += words[Math.floor(Math.random() * words.length)] + String(Math.random()).slice(2, 8)
  return made.slice(0, length)
}
const PAYLOAD = { small: text(100), large: text(16_384) }
type Size = keyof typeof PAYLOAD

/** From the first call of `send` until the far end has everything. */
const batch = (from: End, to: End, size: Size, share: number): Promise<number> =>
  new Promise((resolve) => {
    const count = BATCH[size] * share
    let left = count
    const begun = performance.now()
    to.onMessage = () => {
      left -= 1
      if (left === 0) resolve(performance.now() - begun)
    }
    for (let sent = 0; sent < count; sent += 1) from.send(PAYLOAD[size])
  })

/** One after another; the far end sends back what came. */
const trips = async (near: End, far: End, size: Size): Promise<number> => {
  const times: number[] = []
  far.onMessage = () => far.send(PAYLOAD[size])
  for (let trip = 0; trip < TRIPS[size]; trip += 1)
    times.push(
      await new Promise((resolve) => {
        const begun = performance.now()
        near.onMessage = () => resolve(performance.now() - begun)
        near.send(PAYLOAD[size])
      }),
    )
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)] ?? Number.NaN
}

/** One round of everything between two ends; `share` of the batches, which take most of the time. */
export const measured = async ([near, far]: readonly [End, End], share = 1): Promise<Measured> => ({
  sendSmall: await batch(near, far, 'small', share),
  receiveSmall: await batch(far, near, 'small', share),
  sendLarge: await batch(near, far, 'large', share),
  receiveLarge: await batch(far, near, 'large', share),
  tripSmall: await trips(near, far, 'small'),
  tripLarge: await trips(near, far, 'large'),
})

/** The engine, connected, and its far end. */
export const enginePair = async (options: IRealtimeSocketOptions = {}): Promise<readonly [End, End]> => {
  const { RTCPeerConnection, MediaStream } = wrtc
  const socket = new RealtimeSocket('in-process:', { ...options, environment: { RTCPeerConnection, MediaStream } })
  const { connector, end } = inProcess()
  await socket.connect(connector, { roomId: 'bench', peerId: 'engine', token: 'none' })
  const near: End = {
    send: (payload) => socket.send(payload),
    onMessage: () => {},
    close: () => socket[Symbol.asyncDispose](),
  }
  socket.on('message', (data: string | ArrayBuffer) => near.onMessage(data))
  return [near, await end]
}
