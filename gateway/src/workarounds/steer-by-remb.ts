import { type RTCDtlsTransport, ReceiverEstimatedMaxBitrate, RtcpPayloadSpecificFeedback } from 'werift'

const rembIntervalMs = 200
/** A new source hears at once: at its start rate libwebrtc shrinks a picture, and takes 4 s and more to let it grow again. */
const lookMs = 20

/**
 * werift 0.25.2 sends transport-cc feedback per receiver although the numbering is per transport; with more than one line
 * the sender sees most packets as lost and its estimate collapses. Not agreeing on transport-cc leaves `goog-remb`.
 */
export const withoutTransportCc = (lines: readonly string[]): string[] =>
  lines.filter((line) => !/^a=rtcp-fb:\S+ transport-cc\b/.test(line) && !/^a=extmap:.*transport-wide-cc/.test(line))

/** REMB carries the rate as an 18 bit mantissa and a 6 bit exponent. */
export const rembParts = (bitrate: number): { brExp: number; brMantissa: number } => {
  let brExp = 0
  let brMantissa = Math.floor(bitrate)
  while (brMantissa > 0x3_ffff) {
    brMantissa = Math.floor(brMantissa / 2)
    brExp++
  }
  return { brExp, brMantissa }
}

const remb = (bitrate: number, ssrcs: readonly number[]): RtcpPayloadSpecificFeedback =>
  new RtcpPayloadSpecificFeedback({
    feedback: new ReceiverEstimatedMaxBitrate({
      senderSsrc: 1,
      mediaSsrc: 0,
      ssrcNum: ssrcs.length,
      ssrcFeedbacks: [...ssrcs],
      ...rembParts(bitrate),
    }),
  })

/** Tells the publisher again and again what it may send: a publisher that hears nothing stays at its start rate. */
export const steerByRemb = (transport: RTCDtlsTransport, bitrate: number, ssrcs: () => readonly number[]) => {
  let told = { sources: 0, at: 0 }
  const timer = setInterval(() => {
    const targets = ssrcs()
    const isDue = targets.length !== told.sources || performance.now() - told.at >= rembIntervalMs
    if (isDue && transport.state === 'connected' && targets.length > 0) {
      told = { sources: targets.length, at: performance.now() }
      // a REMB that is lost or cannot be sent is followed by the next one
      transport.sendRtcp([remb(bitrate, targets)]).catch(() => undefined)
    }
  }, lookMs)
  return () => clearInterval(timer)
}
