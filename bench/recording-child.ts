// Measures the same with and without recording in a fresh process, one after the other in an order that turns.
import { asChild } from './child.js'
import wrtc from '@roamhq/wrtc'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds, type IRealtimeSocketOptions } from '../src/index.js'
import { enginePair, measured } from './messages.js'
import { orderOf, type Contestant } from './orders.js'

/** Milliseconds: of a connect, or of a batch and a round trip, over their sizes and directions. */
export type Measured = Partial<Record<'connect' | 'batch' | 'trip', number>>

export interface ChildOrder {
  readonly what: 'connect' | 'channel'
  readonly url: string
  readonly room: string
  readonly token: string
  readonly rounds: number
  readonly warmUp: number
  /** Counts the children: who is made first in one comes last in another. */
  readonly child: number
}

type Pair = Awaited<ReturnType<typeof enginePair>>

const OPTIONS: Record<Contestant, IRealtimeSocketOptions> = {
  on: {},
  off: { recording: false },
  again: { recording: false },
}
/** Of the batches of `bench -- channel`: many processes with little each even out more than few with much. */
const SHARE = 0.4
/** From the call to the open channel, with a sender and receivers; disposed of before the next. */
const connect = async ({ url, room, token }: ChildOrder, who: Contestant, peer: string): Promise<Measured> => {
  const { RTCPeerConnection, MediaStream } = wrtc
  const socket = new RealtimeSocket(url, { ...OPTIONS[who], environment: { RTCPeerConnection, MediaStream } })
  const begun = performance.now()
  socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO })
  socket.createReceiverTrack('video', StreamKinds.VIDEO).attach({ peer: 'nobody', stream: 'video' })
  await socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: peer, token })
  const figures = { connect: performance.now() - begun }
  await socket[Symbol.asyncDispose]()
  return figures
}

const mean = (...times: number[]) => Math.exp(times.reduce((sum, time) => sum + Math.log(time), 0) / times.length)

/** All batches as one figure, and all trips: one alone swings by several percent. */
const messages = async (pair: Pair): Promise<Measured> => {
  const { sendSmall, sendLarge, receiveSmall, receiveLarge, tripSmall, tripLarge } = await measured(pair, SHARE)
  return { batch: mean(sendSmall, sendLarge, receiveSmall, receiveLarge), trip: mean(tripSmall, tripLarge) }
}

const run = async (order: ChildOrder): Promise<Record<Contestant, Measured>[]> => {
  const pairs = new Map<Contestant, Pair>()
  if (order.what === 'channel') for (const who of orderOf(order.child)) pairs.set(who, await enginePair(OPTIONS[who]))
  const all: Record<Contestant, Measured>[] = []
  for (let round = -order.warmUp; round < order.rounds; round += 1) {
    const made = {} as Record<Contestant, Measured>
    for (const who of orderOf(order.child + order.warmUp + round)) {
      const pair = pairs.get(who)
      const peer = `${process.pid}-${round}-${who}`
      made[who] = pair ? await messages(pair) : await connect(order, who, peer)
    }
    if (round >= 0) all.push(made)
  }
  for (const [near, far] of pairs.values()) await Promise.all([near.close(), far.close()])
  return all
}

asChild(run)
