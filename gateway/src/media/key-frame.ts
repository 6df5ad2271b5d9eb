import { Vp8RtpPayload, Vp9RtpPayload } from 'werift'

const nalIdr = 5
const nalSps = 7
const nalStapA = 24
const nalFuA = 28

/** RFC 6184: parameter sets lead a key frame, alone or first in an aggregate; some encoders send the picture without them. */
const beginsH264KeyFrame = (payload: Buffer): boolean => {
  const type = (payload[0] ?? 0) & 0x1f
  if (type === nalSps || type === nalIdr) return true
  if (type === nalStapA) return [nalSps, nalIdr].includes((payload[3] ?? 0) & 0x1f)
  const fragment = payload[1] ?? 0
  return type === nalFuA && (fragment & 0x80) !== 0 && (fragment & 0x1f) === nalIdr
}

/** Whether this packet is the first of a picture that needs no other. What cannot be told is taken for one. */
export const beginsKeyFrame = (codec: string, payload: Buffer): boolean => {
  try {
    switch (codec) {
      case 'vp8': {
        const vp8 = Vp8RtpPayload.deSerialize(payload)
        return vp8.payloadHeaderExist && vp8.isKeyframe
      }
      case 'vp9':
        return Vp9RtpPayload.deSerialize(payload).isKeyframe
      case 'h264':
        return beginsH264KeyFrame(payload)
      default:
        return true
    }
  } catch {
    // a packet of padding alone has no descriptor to read
    return false
  }
}
