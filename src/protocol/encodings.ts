import type { SenderInfo } from '../interfaces/connector.js'

/**
 * `sendEncodings` of a sender's transceiver (webrtc-pc 5.1), fixed at its creation: later changes of their number are
 * an InvalidModificationError. Simulcast: rids from low to high, each layer twice as wide as the one before it; of a
 * bound each layer gets the share of its pixels.
 */
export const encodingsOf = (
  kind: 'audio' | 'video',
  { simulcast, screen, max_bitrate: bound = 0 }: Pick<SenderInfo, 'simulcast' | 'screen' | 'max_bitrate'>,
): RTCRtpEncodingParameters[] => {
  const scales = !simulcast || kind === 'audio' ? [1] : screen ? [2, 1] : [4, 2, 1]
  if (scales.length === 1 && bound === 0) return []
  const pixels = scales.map((scale) => 1 / scale ** 2)
  const all = pixels.reduce((sum, share) => sum + share)
  return scales.map((scale, layer) => ({
    ...(scales.length > 1 && { rid: `${layer}`, scaleResolutionDownBy: scale }),
    ...(bound > 0 && { maxBitrate: Math.round((bound * pixels[layer]!) / all) }),
  }))
}
