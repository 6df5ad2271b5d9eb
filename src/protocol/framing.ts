import { stored } from './stored.js'

/** Text of this many bytes or more goes out deflated (the old SDK counted UTF-16 units, which the wire does not). */
const COMPRESS_FROM = 1_000

/** Bounds of what is inflated: a slice of compressed input, and all that may come out of one frame. */
const SLICE = 1_024
const INFLATED_BOUND = 8 * 1_024 * 1_024

/** Byte length of a string in UTF-8. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length

/** Makes a zlib frame (RFC 1950) of bytes; held here because what is loaded once is there for every socket. */
let zlib: (bytes: Uint8Array) => Uint8Array = stored

/** From now on frames are made by this; until then they are larger than they could be. */
export const compressWith = (compressor: typeof zlib): void => {
  zlib = compressor
}

/** Wire form of a payload: short text as it is, everything else as zlib (RFC 1950); the server refuses raw binary. */
export const deflated = (payload: string | Uint8Array): string | Uint8Array<ArrayBuffer> => {
  const isText = typeof payload === 'string'
  // Three bytes a unit at the most: of most texts the bytes need not be counted.
  if (isText && payload.length * 3 < COMPRESS_FROM) return payload
  const bytes = isText ? new TextEncoder().encode(payload) : payload
  return isText && bytes.length < COMPRESS_FROM ? payload : (zlib(bytes) as Uint8Array<ArrayBuffer>)
}

/** Text of a stream of UTF-8 bytes. Stops reading and rejects with a `RangeError` above the bound, in bytes. */
export const textWithin = async (stream: ReadableStream<Uint8Array>, bound: number): Promise<string> => {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let size = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.length
    if (size > bound) {
      await reader.cancel()
      throw new RangeError(`more than ${bound} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
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
  return textWithin(slices.pipeThrough(new DecompressionStream('deflate')), bound)
}
