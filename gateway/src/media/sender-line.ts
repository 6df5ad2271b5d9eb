import type { MediaStreamTrack, RTCRtpTransceiver, RtpPacket } from 'werift'
import type { Kind } from '../messages.js'
import { forwardsTrack } from '../workarounds/first-rid-only.js'
import { watchForGaps } from '../workarounds/key-frame-after-gap.js'
import type { MediaPacket } from './exchange.js'

/** An m-line on which the client sends. It has a name when the client announced one for it. */
export const senderLine = (
  kind: Kind,
  mid: string,
  simulcast: boolean,
  transceiver: RTCRtpTransceiver,
  uriOf: (extensionId: number) => string | undefined,
  now: () => number,
) => {
  const isGap = watchForGaps()
  const ssrcs = new Set<number>()
  let onPacket: ((packet: MediaPacket) => void) | undefined
  let packets = 0

  const requestKeyFrame = (): void => {
    if (kind !== 'video') return
    // fails only when the session just ended
    for (const ssrc of ssrcs) transceiver.receiver.sendRtcpPLI(ssrc).catch(() => undefined)
  }

  const receive = (rtp: RtpPacket): void => {
    packets++
    ssrcs.add(rtp.header.ssrc)
    if (kind === 'video' && isGap(rtp.header.sequenceNumber, now())) requestKeyFrame()
    const codec = transceiver.codecs.find(({ payloadType }) => payloadType === rtp.header.payloadType)
    if (!codec || !onPacket) return
    const extensions = new Map<string, Buffer>()
    for (const { id, payload } of rtp.header.extensions) {
      const uri = uriOf(id)
      if (uri !== undefined) extensions.set(uri, payload)
    }
    onPacket({ rtp, codec: codec.name.toLowerCase(), format: codec.parameters ?? '', extensions })
  }

  const listenTo = (track: MediaStreamTrack): void => {
    if (forwardsTrack(transceiver, track)) track.onReceiveRtp.subscribe(receive)
  }
  for (const track of transceiver.receiver.tracks) listenTo(track)
  transceiver.onTrack.subscribe(listenTo)

  return {
    role: 'sender' as const,
    kind,
    mid,
    simulcast,
    requestKeyFrame,
    ssrcs: (): readonly number[] => [...ssrcs],
    packets: (): number => packets,
    forwardTo: (listener: ((packet: MediaPacket) => void) | undefined): void => {
      onPacket = listener
    },
  }
}

export type SenderLine = ReturnType<typeof senderLine>
