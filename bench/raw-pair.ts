// What a message costs without the engine: two peer connections by hand, and the far end that the engine talks to.
import wrtc from '@roamhq/wrtc'
import { zlibSync } from 'fflate'
import type { IMediaGatewayConnector } from '../src/index.js'

const { RTCPeerConnection } = wrtc

/** One end of a channel: sends payloads, and counts what comes in. */
export interface End {
  send(payload: string): void
  /** Called with each payload that comes in. */
  onMessage: (data: string | ArrayBuffer) => void
  close(): void | Promise<void>
}

/** The wire form by hand: short text as it is, longer text as zlib, with the same call of the same library. */
const framed = (payload: string): string | Uint8Array => {
  const bytes = new TextEncoder().encode(payload)
  return bytes.length < 1_000 ? payload : zlibSync(bytes)
}

const REQUEST = /^\{"type":"request","req_id":(\d+),/

const endOf = (pc: RTCPeerConnection, channel: RTCDataChannel): End => {
  const end: End = {
    send: (payload) => channel.send(framed(payload) as string),
    onMessage: () => {},
    close: () => pc.close(),
  }
  channel.binaryType = 'arraybuffer'
  channel.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    // As a media server would: what the engine asks is answered.
    const asked = typeof data === 'string' && data.startsWith('{') ? REQUEST.exec(data) : null
    if (asked) channel.send(JSON.stringify({ req_id: Number(asked[1]), type: 'answer', success: false, data: null }))
    else end.onMessage(data)
  })
  return end
}

const opened = (channel: RTCDataChannel): Promise<unknown> =>
  new Promise((resolve) => {
    channel.addEventListener('open', resolve, { once: true })
    if (channel.readyState === 'open') resolve(undefined)
  })

const gathered = (pc: RTCPeerConnection): Promise<unknown> =>
  new Promise((resolve) => {
    const look = () => pc.iceGatheringState === 'complete' && resolve(undefined)
    pc.addEventListener('icegatheringstatechange', look)
    look()
  })

/** Answers an offer; the end appears when the far side has opened its channel. */
const answering = async (offer: string): Promise<{ sdp: string; end: Promise<End> }> => {
  const pc = new RTCPeerConnection()
  const end = new Promise<End>((resolve) => {
    pc.addEventListener('datachannel', ({ channel }) => resolve(endOf(pc, channel)))
  })
  await pc.setRemoteDescription({ type: 'offer', sdp: offer })
  await pc.setLocalDescription(await pc.createAnswer())
  await gathered(pc)
  return { sdp: pc.localDescription?.sdp ?? '', end }
}

/** A connector whose gateway is a peer connection in this process. */
export const inProcess = (): { connector: IMediaGatewayConnector; end: Promise<End> } => {
  let found: (end: Promise<End>) => void = () => {}
  const end = new Promise<End>((resolve) => {
    found = resolve
  })
  const connector: IMediaGatewayConnector = {
    selectFromUrls: async () => 'in-process:',
    connect: async (_, config) => {
      const answer = await answering(config.sdp)
      found(answer.end)
      return { status: true, data: { node_id: 0, conn_id: 'in-process', sdp: answer.sdp }, error: '' }
    },
    iceCandidate: () => {},
  }
  return { connector, end }
}

/** Two ends by hand. */
export const rawPair = async (): Promise<readonly [near: End, far: End]> => {
  const pc = new RTCPeerConnection()
  const channel = pc.createDataChannel('data', { ordered: true })
  const near = endOf(pc, channel)
  const offer = await pc.createOffer()
  await pc.setLocalDescription(offer)
  const answer = await answering(offer.sdp ?? '')
  await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp })
  await opened(channel)
  return [near, await answer.end]
}
