import { strFromU8, strToU8, Unzlib, zlibSync } from 'fflate'

/** Text of this many bytes or more goes out deflated (the old SDK counted UTF-16 units, which the wire does not). */
const COMPRESS_FROM = 1_000

/** Bounds of what is inflated: a slice of compressed input, and all that may come out of one frame. */
const SLICE = 1_024
const INFLATED_BOUND = 8 * 1_024 * 1_024

/** Byte length of a string in UTF-8, without encoding it. */
export const utf8Length = (text: string): number => {
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    // A surrogate pair takes 4 bytes for its 2 units; a lone surrogate is written as U+FFFD in 3.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}

/** Wire form of a payload: short text as it is, everything else as zlib (RFC 1950); the server refuses raw binary. */
export const deflated = (payload: string | Uint8Array): string | Uint8Array<ArrayBuffer> => {
  if (typeof payload !== 'string') return zlibSync(payload) as Uint8Array<ArrayBuffer>
  return payload.length < COMPRESS_FROM && utf8Length(payload) < COMPRESS_FROM
    ? payload
    : (zlibSync(strToU8(payload)) as Uint8Array<ArrayBuffer>)
}

/**
 * Text of a zlib frame. Inflates slice by slice, so that a bomb stops at the bound instead of filling the memory.
 * Throws what the decoder throws, or a `RangeError` above the bound.
 */
export const inflated = (frame: Uint8Array, bound = INFLATED_BOUND): string => {
  const parts: Uint8Array[] = []
  let size = 0
  let ended = false
  const inflate = new Unzlib((part, final) => {
    size += part.length
    if (size > bound) throw new RangeError(`a frame inflates to more than ${bound} bytes`)
    parts.push(part)
    ended ||= final
  })
  for (let from = 0; from < frame.length; from += SLICE)
    inflate.push(frame.subarray(from, from + SLICE), from + SLICE >= frame.length)
  if (!ended) throw new RangeError('a frame ends too early')
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return strFromU8(whole)
}
