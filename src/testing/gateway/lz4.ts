/** Reads a length that goes on while its bytes are full. */
const extended = (bytes: Uint8Array, at: number, begun: number): [length: number, at: number] => {
  if (begun < 15) return [begun, at]
  let [length, place] = [begun, at]
  for (;;) {
    const byte = bytes[place]
    if (byte === undefined) throw new RangeError('LZ4: a length is cut off')
    length += byte
    place += 1
    if (byte < 255) return [length, place]
  }
}

/** An LZ4 block behind its size in four bytes, little end first, as `compressed_sdp` has it. Throws `RangeError`. */
export const unpacked = (packed: Uint8Array): Uint8Array => {
  if (packed.length < 4) throw new RangeError('LZ4: no size')
  const size = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)
  if (size > 2 ** 22) throw new RangeError('LZ4: too large')
  const out = new Uint8Array(size)
  let [from, to] = [4, 0]
  while (from < packed.length) {
    const token = packed[from] ?? 0
    const [literals, literalsAt] = extended(packed, from + 1, token >> 4)
    if (literalsAt + literals > packed.length || to + literals > size) throw new RangeError('LZ4: beyond the end')
    out.set(packed.subarray(literalsAt, literalsAt + literals), to)
    to += literals
    from = literalsAt + literals
    // The last sequence has no match.
    if (from >= packed.length) break
    const distance = (packed[from] ?? 0) | ((packed[from + 1] ?? 0) << 8)
    const [match, next] = extended(packed, from + 2, token & 15)
    from = next
    if (distance === 0 || distance > to || to + match + 4 > size) throw new RangeError('LZ4: a match out of bounds')
    for (let count = match + 4; count > 0; count -= 1, to += 1) out[to] = out[to - distance] ?? 0
  }
  if (to !== size) throw new RangeError('LZ4: shorter than it says')
  return out
}
