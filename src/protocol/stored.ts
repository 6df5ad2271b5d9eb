/** Bytes in a stored block at the most: its length has 16 bits (RFC 1951 section 3.2.4). */
const BLOCK = 65_535
/** The largest prime below 2^16 (RFC 1950 section 8.2). */
const ADLER = 65_521

/**
 * A zlib frame (RFC 1950) of stored blocks (RFC 1951 section 3.2.4): every inflater reads it, it is only not smaller
 * than what is in it, but 6 bytes and 5 more for each block larger.
 */
export const stored = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const { length } = bytes
  // Nothing is one block too.
  const blocks = Math.ceil(length / BLOCK) || 1
  const frame = new Uint8Array(length + 5 * blocks + 6)
  // Deflate, a window of 32 KiB, the fastest level, no dictionary. (An array of bytes keeps the lowest eight bits of each.)
  frame.set([0x78, 0x01])
  let sum = 1
  let sums = 0
  for (let block = 0; block < blocks; block += 1) {
    const part = bytes.subarray(block * BLOCK, (block + 1) * BLOCK)
    const size = part.length
    const at = 2 + block * (BLOCK + 5)
    frame.set([block === blocks - 1 ? 1 : 0, size, size >> 8, ~size, ~size >> 8], at)
    frame.set(part, at + 5)
    // Over one block both stay far below 2^53.
    for (const byte of part) sums += sum += byte
    sum %= ADLER
    sums %= ADLER
  }
  frame.set([sums >> 8, sums, sum >> 8, sum], frame.length - 4)
  return frame
}
