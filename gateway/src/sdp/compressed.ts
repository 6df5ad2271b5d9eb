const minMatch = 4

/** A length that does not fit its 4 bits goes on in bytes, as long as they are 255 (LZ4 block format). */
const readLength = (input: Buffer, start: number, nibble: number): { length: number; next: number } => {
  let length = nibble
  let next = start
  if (nibble === 15) {
    let byte: number
    do {
      byte = input.readUInt8(next++)
      length += byte
    } while (byte === 255)
  }
  return { length, next }
}

const decodeBlock = (input: Buffer, size: number): Buffer => {
  const output = Buffer.alloc(size)
  let at = 0
  let written = 0
  while (at < input.length) {
    const token = input.readUInt8(at++)
    const literals = readLength(input, at, token >> 4)
    at = literals.next + literals.length
    written += input.copy(output, written, literals.next, at)
    if (at >= input.length) break
    const distance = input.readUInt16LE(at)
    const match = readLength(input, at + 2, token & 15)
    at = match.next
    // byte by byte, because a match may reach into what it is itself writing
    for (let left = match.length + minMatch; left > 0; left--, written++) {
      output.writeUInt8(output.readUInt8(written - distance), written)
    }
  }
  if (written !== size) throw new RangeError('block is not as long as announced')
  return output
}

const maxSdpBytes = 2 * 1024 * 1024

/** `compressed_sdp`: a little-endian size, then one LZ4 block. `undefined` when it is broken. */
export const decompressSdp = (data: Buffer): string | undefined => {
  try {
    const size = data.readUInt32LE(0)
    return size > maxSdpBytes ? undefined : decodeBlock(data.subarray(4), size).toString('utf8')
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
