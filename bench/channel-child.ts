// Measures rounds of messages in a fresh process: engine against raw, raw against itself.
import wrtc from '@roamhq/wrtc'
import { RealtimeSocket } from '../src/index.js'
import { inProcess, rawPair, type End } from './raw-pair.js'

export type Contestant = 'engine' | 'raw' | 'control'
export const FIGURES = ['sendSmall', 'sendLarge', 'receiveSmall', 'receiveLarge', 'tripSmall', 'tripLarge'] as const
/** Milliseconds: of a batch, or of the median round trip. */
export type Measured = Record<(typeof FIGURES)[number], number>

export interface ChildOrder {
  readonly rounds: number
  readonly warmUp: number
}

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
const batch = (from: End, to: End, size: Size): Promise<number> =>
  new Promise((resolve) => {
    let left = BATCH[size]
    const begun = performance.now()
    to.onMessage = () => {
      left -= 1
      if (left === 0) resolve(performance.now() - begun)
    }
    for (let sent = 0; sent < BATCH[size]; sent += 1) from.send(PAYLOAD[size])
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

const measured = async ([near, far]: readonly [End, End]): Promise<Measured> => ({
  sendSmall: await batch(near, far, 'small'),
  receiveSmall: await batch(far, near, 'small'),
  sendLarge: await batch(near, far, 'large'),
  receiveLarge: await batch(far, near, 'large'),
  tripSmall: await trips(near, far, 'small'),
  tripLarge: await trips(near, far, 'large'),
})

const enginePair = async (): Promise<readonly [End, End]> => {
  const { RTCPeerConnection, MediaStream } = wrtc
  const socket = new RealtimeSocket('in-process:', { environment: { RTCPeerConnection, MediaStream } })
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

const run = async ({ rounds, warmUp }: ChildOrder): Promise<Record<Contestant, Measured>[]> => {
  const pairs = { engine: await enginePair(), raw: await rawPair(), control: await rawPair() }
  const all: Record<Contestant, Measured>[] = []
  const order: Contestant[] = ['engine', 'raw', 'control']
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const made = {} as Record<Contestant, Measured>
    // Nobody always goes first.
    order.push(order.shift()!)
    for (const who of order) made[who] = await measured(pairs[who])
    if (round >= warmUp) all.push(made)
  }
  for (const [near, far] of Object.values(pairs)) await Promise.all([near.close(), far.close()])
  return all
}

process.once('message', (order) => {
  run(order as ChildOrder).then(
    (all) => process.send?.(all, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
