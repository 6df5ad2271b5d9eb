// The least that a person writes by hand against the gateway: no states, no errors, no recovery. The engine is held against it.
import wrtc from '@roamhq/wrtc'

export interface MinimalSession {
  readonly pc: RTCPeerConnection
  readonly connId: string
  close(): Promise<void>
}

export interface MinimalOrder {
  readonly url: string
  readonly room: string
  readonly peer: string
  readonly token: string
  readonly source: { readonly peer: string; readonly stream: string }
  readonly onTrack: (track: MediaStreamTrack) => void
}

/** Offer sent at once, `receiver.switch` at channel open; resolves when the channel is open. */
export const connectMinimal = async (order: MinimalOrder): Promise<MinimalSession> => {
  const { url, room, peer, token, source, onTrack } = order
  const pc = new wrtc.RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  const channel = pc.createDataChannel('data', { ordered: true })
  const opened = new Promise<void>((resolve) => {
    channel.addEventListener('open', () => {
      channel.send(
        JSON.stringify({
          type: 'request',
          req_id: 1,
          request: 'receiver.switch',
          data: { id: 'video_0', priority: 1, remote: source },
        }),
      )
      resolve()
    })
  })
  const { receiver } = pc.addTransceiver('video', { direction: 'recvonly' })
  onTrack(receiver.track)
  const offer = await pc.createOffer()
  const local = pc.setLocalDescription(offer)
  const response = await fetch(`${url}/webrtc/connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room, peer, token, sdp: offer.sdp, senders: [], receivers: { audio: 0, video: 1 } }),
  })
  const { data } = (await response.json()) as { data: { conn_id: string; sdp: string } }
  await local
  await pc.setRemoteDescription({ type: 'answer', sdp: data.sdp })
  await opened
  return {
    pc,
    connId: data.conn_id,
    close: async () => {
      pc.close()
      await fetch(`${url}/webrtc/conn/${data.conn_id}`, { method: 'DELETE' })
    },
  }
}
