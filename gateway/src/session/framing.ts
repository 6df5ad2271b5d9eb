import { inflateSync } from 'node:zlib'
import { parseJson } from '../json.js'

/** The real server inflated 8 MiB without complaint; beyond this it can only be a bomb. */
const maxInflatedBytes = 16 * 1024 * 1024

/** The answer to an updateSdp above this never arrives: the real server's SCTP cannot send it and drops it silently. */
export const maxSentBytes = 64 * 1024

/** Text is JSON, binary is zlib-deflated JSON; anything else is no frame and gets no answer. */
export const decodeFrame = (frame: string | Buffer): unknown => {
  try {
    return parseJson(
      typeof frame === 'string' ? frame : inflateSync(frame, { maxOutputLength: maxInflatedBytes }).toString('utf8'),
    )
  } catch {
    return undefined
  }
}
