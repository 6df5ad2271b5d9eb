import { zlibSync } from 'fflate'

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
  const isText = typeof payload === 'string'
  if (isText && payload.length < COMPRESS_FROM && utf8Length(payload) < COMPRESS_FROM) return payload
  return zlibSync(isText ? new TextEncoder().encode(payload) : payload) as Uint8Array<ArrayBuffer>
}

/**
 * Text of a zlib frame. Slice by slice, so that a bomb stops at the bound instead of filling the memory. Rejects with
 * what the decoder says (Compression Standard), or a `RangeError` above the bound.
 */
export const inflated = async (frame: Uint8Array<ArrayBuffer>, bound = INFLATED_BOUND): Promise<string> => {
  let from = 0
  const slices = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (from >= frame.length) return controller.close()
      controller.enqueue(frame.subarray(from, (from += SLICE)))
    },
  })
  const decoder = new TextDecoder()
  const reader = slices.pipeThrough(new DecompressionStream('deflate')).getReader()
  let text = ''
  for (let size = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.length
    if (size > bound) {
      await reader.cancel()
      throw new RangeError(`a frame inflates to more than ${bound} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}
