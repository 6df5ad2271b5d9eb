import { refusal } from './errors.js'
import type { Kind } from './track.js'

/** What a sender sends of its track (webrtc-pc 5.2). */
export type Encoding = RTCRtpEncodingParameters & { rid?: string; active: boolean }

/** RFC 8851 section 10 with the correction of webrtc-pc: letters and digits. */
const RID = /^[A-Za-z0-9]{1,255}$/
/** A header extension of one byte carries no more (RFC 8852 section 3.1, RFC 8285); browsers refuse longer ones. */
const RID_LENGTH = 16
/** Layers of a picture that real stacks send; more are cut off (webrtc-pc 5.1, addTransceiver, "maxN"). */
const MOST = 3

const check = (encodings: readonly RTCRtpEncodingParameters[]): void => {
  const rids = encodings.map(({ rid }) => rid)
  const named = rids.filter((rid): rid is string => rid !== undefined)
  if (named.some((rid) => rid.length > RID_LENGTH)) throw new TypeError('Illegal length of rid')
  if (named.some((rid) => rid === '') || (named.length > 0 && named.length < rids.length))
    throw refusal('InvalidAccessError', 'RIDs must be provided for either all or none of the send encodings.')
  if (named.some((rid) => !RID.test(rid))) throw refusal('InvalidAccessError', 'Invalid RID value provided.')
  checkRanges(encodings)
}

/** webrtc-pc 5.1 addTransceiver and 5.2 setParameters: what no encoding may have. */
export const checkRanges = (encodings: readonly RTCRtpEncodingParameters[]): void => {
  for (const { scaleResolutionDownBy, maxFramerate } of encodings) {
    if (scaleResolutionDownBy !== undefined && scaleResolutionDownBy < 1)
      throw new RangeError('scaleResolutionDownBy must be at least 1')
    if (maxFramerate !== undefined && maxFramerate < 0) throw new RangeError('maxFramerate must not be negative')
  }
}

/** The encodings of a new sender (webrtc-pc 5.1, addTransceiver with `sendEncodings`). */
export const encodingsOf = (
  kind: Kind,
  given: readonly RTCRtpEncodingParameters[] = [],
  checksSound = false,
): Encoding[] => {
  if (checksSound) checkRanges(given)
  const shown = kind === 'audio' ? given.map(withoutPicture) : given
  check(shown)
  const kept = shown.slice(0, kind === 'audio' ? 1 : MOST)
  const scaled = kept.some(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined)
  const all = kept.length > 0 ? kept : [{}]
  return all.map(({ rid, ...encoding }, at) => ({
    // One alone needs no name; several without names get numbers, as in browsers.
    ...(all.length > 1 && { rid: rid ?? String(at) }),
    active: true,
    ...encoding,
    ...(kind === 'video' && {
      scaleResolutionDownBy: encoding.scaleResolutionDownBy ?? (scaled ? 1 : 2 ** (all.length - 1 - at)),
    }),
  }))
}

const withoutPicture = (encoding: RTCRtpEncodingParameters): RTCRtpEncodingParameters => {
  const kept = { ...encoding }
  delete kept.scaleResolutionDownBy
  delete kept.maxFramerate
  return kept
}
