import type { Connection } from './connection.js'
import type { Receiver } from './receiver.js'
import type { Sender } from './sender.js'
import { pathStats } from './stats-of-path.js'

type Stat = { readonly type: string; readonly id: string } & Record<string, unknown>

const lineStats = ({ transceivers }: Connection, selector: object | null): Stat[] =>
  transceivers.flatMap(({ mid, kind, sender, receiver, receptive, everSent }) => {
    const chosen = (end: Sender | Receiver) => selector === null || selector === end
    const base = { kind, mid, transportId: 'T' }
    const sent: Stat = {
      ...base,
      type: 'outbound-rtp',
      id: `O${mid}`,
      ssrc: sender.sources.ssrcs[0],
      packetsSent: sender.sent.packets,
      bytesSent: sender.sent.bytes,
      active: sender.sending,
      ...(kind === 'video' && { framesEncoded: sender.sent.frames, framesSent: sender.sent.frames }),
    }
    const { packets, bytes, frames, lost, ssrc, jitter, size } = receiver.received
    const received: Stat = {
      ...base,
      type: 'inbound-rtp',
      id: `I${mid}`,
      ssrc,
      trackIdentifier: receiver.track.id,
      packetsReceived: packets,
      packetsLost: lost,
      bytesReceived: bytes,
      jitter: jitter / 1_000,
      ...(kind === 'video' && {
        framesDecoded: frames,
        framesReceived: frames,
        frameWidth: size?.width,
        frameHeight: size?.height,
      }),
    }
    if (mid === null) return []
    return [
      ...(everSent && chosen(sender) ? [sent] : []),
      // Nothing is known of a stream before its first packet.
      ...((receptive || packets > 0) && packets > 0 && chosen(receiver) ? [received] : []),
    ]
  })

const channelStats = ({ channels }: Connection): Stat[] => [
  ...channels.all.map(({ label, protocol, id, readyState, counts }, at) => ({
    type: 'data-channel',
    id: `D${at}`,
    label,
    protocol,
    dataChannelIdentifier: id,
    state: readyState,
    ...counts,
  })),
  {
    type: 'peer-connection',
    id: 'P',
    dataChannelsOpened: channels.all.filter(({ begun }) => begun).length,
    dataChannelsClosed: channels.all.filter(({ begun, readyState }) => begun && readyState === 'closed').length,
  },
]

/** The report of everything, or of what a sender or receiver has to do with (webrtc-pc 8.4, the stats selection algorithm). */
export const statsOf = (connection: Connection, selector: Sender | Receiver | null): Promise<Map<string, object>> =>
  new Promise((resolve) => {
    const { tasks } = connection
    // It answers after the end as well, with what is left.
    tasks.soon(connection.source, () => {
      const timestamp = tasks.now
      const lines = lineStats(connection, selector)
      const rest = selector === null ? channelStats(connection) : []
      const path = selector === null || lines.length > 0 ? pathStats(connection) : []
      resolve(new Map([...lines, ...rest, ...path].map((stat) => [stat.id, { ...stat, timestamp }])))
    })
  })

/** The sender or receiver of a track (webrtc-pc 8.2, getStats with a selector, steps 3 and 4). */
export const selected = (connection: Connection, track: object): Sender | Receiver => {
  const ends = connection.transceivers.flatMap(({ sender, receiver }) => [sender, receiver])
  const found = ends.filter((end) => end.track === track)
  const [only] = found
  if (!only || found.length > 1) throw new DOMException('not one sender or receiver', 'InvalidAccessError')
  return only
}
