import { PictureLossIndication, type RTCDtlsTransport, type RtcpPacket, RtcpPayloadSpecificFeedback } from 'werift'

/** The media SSRC for which this packet asks a key frame. A FIR is not understood: we never agree on `ccm fir` alone. */
const askedFor = (packet: RtcpPacket): number | undefined =>
  packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof PictureLossIndication
    ? packet.feedback.mediaSsrc
    : undefined

/**
 * werift 0.25.2 hands a picture loss indication to whoever owns its *sender* SSRC first, which for a client that also
 * publishes is one of our receivers, so `onPictureLossIndication` of the right sender stays silent.
 */
export const relayPictureLoss = (transport: RTCDtlsTransport, onPictureLoss: (mediaSsrc: number) => void): void => {
  transport.onRtcp.subscribe((packet) => {
    const ssrc = askedFor(packet)
    if (ssrc !== undefined) onPictureLoss(ssrc)
  })
}
