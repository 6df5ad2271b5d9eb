import type { RTCDataChannel, RTCPeerConnection } from 'werift'

/** RFC 8831 6.6: SCTP knows no empty message, so one byte stands for it, under a protocol number of its own. */
const emptyText = 56
const emptyBinary = 57

/** werift 0.25.2 sends an empty frame as a chunk without data, after which nothing comes through any more. */
export const sendFrame = (pc: RTCPeerConnection, channel: RTCDataChannel, frame: string | Buffer): void => {
  if (frame.length > 0) return void channel.send(frame)
  const protocol = typeof frame === 'string' ? emptyText : emptyBinary
  // rejects only when the session just ended
  pc.sctpTransport?.sctp
    .send(channel.id, protocol, Buffer.alloc(1), { ordered: channel.ordered })
    .catch(() => undefined)
}
