// What runs in a page of Chromium: connects of a session that is inspected, and of one that is not.
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { mountInspector, type Inspector } from '../src/inspect/index.js'
import { activeIn } from '../src/inspect/pictures.js'
import { pictureInPage } from '../tools/page-media.js'
import { orderOf, type Contestant } from './orders.js'

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
  /** Transitions that came alone, and were not in the picture with the next frame. */
  readonly late: number
  /** Milliseconds that the picture was behind at the most. */
  readonly behind: number
}

declare global {
  interface Window {
    measureInspector?: (order: PageOrder) => Promise<Record<Contestant, Inspected>[]>
  }
}

/** A transition comes alone where none was within so many milliseconds. */
const BURST_MS = 100
/** By then what was done before has been painted. */
const SETTLE_MS = 300

const waited = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))

/** How long the picture of the connection was another than its chart's state, as seen frame by frame. */
const watched = (socket: RealtimeSocket, inspector: Inspector) => {
  const seen = { transitions: 0, late: 0, behind: 0 }
  let last = -Infinity
  let since: number | undefined
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
  const stop = socket.on('transition', ({ chart }) => {
    const now = performance.now()
    const apart = now - last
    last = now
    if (chart !== 'connection') return
    seen.transitions += 1
    if (since !== undefined) return
    since = now
    alone = apart >= BURST_MS
    requestAnimationFrame(look)
  })
  return { seen, stop }
}

/** From the call to the open channel, with a picture to send and a line to receive; ended before the next. */
const connect = async ({ url, room, token }: PageOrder, who: Contestant, peer: string): Promise<Inspected> => {
  const element = document.createElement('div')
  document.body.replaceChildren(element)
  const picture = pictureInPage(160, 120, 15)
  const socket = new RealtimeSocket(url)
  const inspector = who === 'on' ? mountInspector(element, socket) : undefined
  const watch = inspector && watched(socket, inspector)
  await waited(SETTLE_MS)
  const begun = performance.now()
  socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: picture.stream })
  socket.createReceiverTrack('video', StreamKinds.VIDEO).attach({ peer: 'nobody', stream: 'video' })
  await socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: peer, token })
  const took = performance.now() - begun
  await waited(SETTLE_MS)
  watch?.stop()
  inspector?.end()
  picture.stop()
  await socket[Symbol.asyncDispose]()
  return { connect: took, transitions: 0, late: 0, behind: 0, ...watch?.seen }
}

window.measureInspector = async (order) => {
  const all: Record<Contestant, Inspected>[] = []
  for (let round = -order.warmUp; round < order.rounds; round += 1) {
    const made = {} as Record<Contestant, Inspected>
    for (const who of orderOf(order.warmUp + round)) made[who] = await connect(order, who, `${round}-${who}`)
    if (round >= 0) all.push(made)
  }
  return all
}
