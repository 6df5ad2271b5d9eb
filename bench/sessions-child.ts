// Holds idle connected sessions in a fresh process, and says what the heap holds after each group of them.
import { asChild } from './child.js'
import wrtc from '@roamhq/wrtc'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { connectMinimal } from './minimal-client.js'

export interface ChildOrder {
  readonly who: 'engine' | 'minimal'
  readonly url: string
  readonly token: string
  readonly room: string
  readonly sessions: number
  /** The heap is read after each group of so many. */
  readonly group: number
}

const collect = (globalThis as unknown as { gc(): void }).gc

/** Bytes that are reachable. */
const heap = async (): Promise<number> => {
  // What one collection frees may let go of more.
  for (let time = 0; time < 4; time += 1) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

const { RTCPeerConnection, MediaStream } = wrtc

const engine = async ({ url, room, token }: ChildOrder, peer: string) => {
  const socket = new RealtimeSocket(url, { environment: { RTCPeerConnection, MediaStream } })
  socket.createReceiverTrack('video', StreamKinds.VIDEO)
  await socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: peer, token })
  return () => socket[Symbol.asyncDispose]()
}

const minimal = async (order: ChildOrder, peer: string) => {
  const session = await connectMinimal({ ...order, peer, source: { peer: 'nobody', stream: '' }, onTrack: () => {} })
  return () => session.close()
}

const run = async (order: ChildOrder): Promise<number[]> => {
  const open = order.who === 'engine' ? engine : minimal
  // What is loaded and compiled with the first sessions is not theirs: it would look like growth.
  for (let warm = 0; warm < 25; warm += 1) await (await open(order, `warm-${warm}`))()
  const ends: (() => Promise<void>)[] = []
  const read = [await heap()]
  while (ends.length < order.sessions) {
    ends.push(await open(order, `peer-${ends.length}`))
    if (ends.length % order.group === 0) read.push(await heap())
  }
  for (const end of ends) await end()
  return read
}

asChild(run)
