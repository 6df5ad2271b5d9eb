// What runs in a page of Chromium: the cuts of the recovery bench, on the page's own WebRTC. The gateway is in Node.
import { pictureInPage } from '../tools/page-media.js'
import { connect, cut, roomOf, type Cut, type Stand } from './recovery-core.js'
import { jittered, measured, type RecoveryOrder } from './recovery-rounds.js'

/** Where the gateway is, and the secret of its token service. */
export interface PageOrder {
  readonly order: Extract<RecoveryOrder, { part: 'cut' | 'kill' | 'bad' }>
  readonly url: string
  readonly secret: string
}

declare global {
  interface Window {
    measureCuts?: (order: PageOrder) => Promise<Cut[]>
  }
}

const WARM_UP = 3
const SIZE = { width: 160, height: 120 }

const posted = async (url: string, body: object): Promise<unknown> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}

const camera: Stand['camera'] = () => pictureInPage(SIZE.width, SIZE.height, 30)

const screen: Stand['screen'] = (track, onPicture) => {
  const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true })
  video.srcObject = new MediaStream([track])
  document.body.append(video)
  let watching = true
  const frame = () => {
    onPicture()
    if (watching) video.requestVideoFrameCallback(frame)
  }
  video.requestVideoFrameCallback(frame)
  return () => {
    watching = false
    video.srcObject = null
    video.remove()
  }
}

const standAt = ({ url, secret }: PageOrder): Stand => {
  const never = () => Promise.reject(new Error('a page only cuts paths'))
  return {
    url,
    token: async (peer) => {
      const made = await posted(`${url}/app/webrtc_session?app_secret=${secret}`, { room: roomOf(peer), peer })
      return (made as { data: { token: string } }).data.token
    },
    environment: {},
    camera,
    screen,
    faults: {
      udp: (peer, fault) => posted(`${url}/control/udp`, { peer, fault }),
      drop: never,
      closeChannel: never,
      kill: never,
      restart: never,
    },
    session: async (peer) => {
      const seen = (await (await fetch(`${url}/control`)).json()) as {
        udp: { paths: { peer: string; connId: string }[] }
      }
      return seen.udp.paths.find((one) => one.peer === peer)?.connId
    },
  }
}

window.measureCuts = async (page) => {
  const stand = standAt(page)
  for (let round = 0; round < WARM_UP; round += 1) await connect(stand, `warm-${round}`)
  return measured(page.order, (peer) => cut(stand, peer, jittered(page.order.ms)))
}
