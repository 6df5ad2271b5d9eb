// What runs in a page of Chromium: connects of a session that is inspected, and of one that is not.
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { mountInspector, type Inspector } from '../src/inspect/index.js'
import { activeIn } from '../src/inspect/pictures.js'
import { pictureInPage } from '../tools/page-media.js'
import { orderOf, type Contestant } from './orders.js'

/** `square`: instead of the inspector the least that can be seen of each transition, as the price of frames alone. */
export type Shown = Contestant | 'square'

export interface PageOrder {
  readonly url: string
  readonly token: string
  readonly room: string
  readonly rounds: number
  readonly warmUp: number
}

/** Milliseconds of a connect, and what was not shown in time. */
export interface Inspected {
  readonly connect: number
  /** Of the connection's chart. */
  readonly transitions: number
  /** Of those the ones that came alone, and are no part of a connect. */
  readonly alone: number
  /** Of these the ones that were not in the picture with the next frame. */
  readonly late: number
  /** Milliseconds that the picture was behind at the most. */
  readonly behind: number
}

declare global {
  interface Window {
    measureInspector?: (order: PageOrder) => Promise<Record<Shown, Inspected>[]>
  }
}

/** Transitions of one call come alone where none was within so many milliseconds before it. */
const BURST_MS = 100
/** By then what was done before has been painted. */
const SETTLE_MS = 300

const waited = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))

/** How long the picture of the connection was another than its chart's state, as seen frame by frame. */
const watched = (socket: RealtimeSocket, inspector: Inspector) => {
  const seen = { transitions: 0, alone: 0, late: 0, behind: 0 }
  let last = -Infinity
  let since: number | undefined
  /** Whether the call under way is the first after a rest. */
  let rested = false
  let alone = false
  const isShown = () => {
    const state = socket.getSnapshot().charts.connection
    return state === undefined || activeIn('connection', state).join() === inspector.lit.join()
  }
  const look = () => {
    if (since === undefined) return
    // The state is shown, or this was not the next frame after a transition that came alone.
    if (alone && !isShown()) seen.late += 1
    alone = false
    seen.behind = Math.max(seen.behind, performance.now() - since)
    if (isShown()) since = undefined
    else requestAnimationFrame(look)
  }
  const stop = socket.on('transition', ({ chart, to }) => {
    const now = performance.now()
    if (now - last >= BURST_MS) {
      rested = true
      queueMicrotask(() => (rested = false))
    }
    last = now
    if (chart !== 'connection') return
    seen.transitions += 1
    if (since !== undefined) return
    since = now
    alone = rested && !to.startsWith('connecting')
    if (alone) seen.alone += 1
    requestAnimationFrame(look)
  })
  return { seen, stop }
}

/** A square of a few pixels, of another colour with each transition. */
const squareIn = (element: HTMLElement, socket: RealtimeSocket): (() => void) => {
  Object.assign(element.style, { width: '9px', height: '9px' })
  let turn = 0
  return socket.on('transition', () => void (element.style.background = (turn += 1) % 2 > 0 ? 'red' : 'blue'))
}

/** Each has had every place among the others after a while. */
const turns = (turn: number): readonly Shown[] =>
  [...(orderOf(turn) as readonly Shown[])].toSpliced(turn % 4, 0, 'square')

/** From the call to the open channel, with a picture to send and a line to receive; ended before the next. */
const connect = async ({ url, room, token }: PageOrder, who: Shown, peer: string): Promise<Inspected> => {
  const element = document.createElement('div')
  document.body.replaceChildren(element)
  const picture = pictureInPage(160, 120, 15)
  const socket = new RealtimeSocket(url)
  const inspector = who === 'on' ? mountInspector(element, socket) : undefined
  const watch = inspector && watched(socket, inspector)
  const end = who === 'square' ? squareIn(element, socket) : () => {}
  await waited(SETTLE_MS)
  const begun = performance.now()
  socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: picture.stream })
  socket.createReceiverTrack('video', StreamKinds.VIDEO).attach({ peer: 'nobody', stream: 'video' })
  await socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: peer, token })
  const took = performance.now() - begun
  await waited(SETTLE_MS)
  // Once more, with a transition that comes alone.
  socket.close()
  await waited(SETTLE_MS)
  watch?.stop()
  end()
  inspector?.end()
  picture.stop()
  await socket[Symbol.asyncDispose]()
  return { connect: took, transitions: 0, alone: 0, late: 0, behind: 0, ...watch?.seen }
}

window.measureInspector = async (order) => {
  const all: Record<Shown, Inspected>[] = []
  for (let round = -order.warmUp; round < order.rounds; round += 1) {
    const made = {} as Record<Shown, Inspected>
    for (const who of turns(order.warmUp + round)) made[who] = await connect(order, who, `${round}-${who}`)
    if (round >= 0) all.push(made)
  }
  return all
}
