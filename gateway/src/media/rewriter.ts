import { RtpHeader, RtpPacket } from 'werift'

/** For this many packets after a cut, one that is numbered below the first belongs to the time before the cut. */
const settlingPackets = 1_000

const add16 = (a: number, b: number): number => (a + b) & 0xffff
const add32 = (a: number, b: number): number => (a + b) >>> 0
const isBehind = (step: number): boolean => step > 0x8000

interface Point {
  readonly sequenceNumber: number
  readonly timestamp: number
}

/**
 * One outgoing stream made of parts of several incoming ones: the viewer must see one run of sequence numbers and a clock
 * that only goes forward, or its jitter buffer takes the next source for late packets of the last (RFC 3550 5.1).
 */
export const streamRewriter = (clockRate: number, now: () => number) => {
  let last: (Point & { readonly at: number }) | undefined
  let part: { readonly first: number; readonly shift: Point } | undefined
  let packets = 0

  const shiftFor = (header: RtpHeader): Point => {
    if (!last) return { sequenceNumber: 0, timestamp: 0 }
    const elapsed = Math.max(1, Math.round(((now() - last.at) * clockRate) / 1000))
    return {
      sequenceNumber: add16(last.sequenceNumber, 1 - header.sequenceNumber),
      timestamp: add32(last.timestamp, elapsed - header.timestamp),
    }
  }

  return {
    /** The next packet comes from another source. */
    cut: (): void => {
      part = undefined
      packets = 0
    },
    /** `undefined` for a packet from before the cut: its number is already used by the former source. */
    rewrite: ({ header, payload }: RtpPacket): RtpPacket | undefined => {
      part ??= { first: header.sequenceNumber, shift: shiftFor(header) }
      if (packets++ < settlingPackets && isBehind(add16(header.sequenceNumber, -part.first))) return undefined
      const sequenceNumber = add16(header.sequenceNumber, part.shift.sequenceNumber)
      const timestamp = add32(header.timestamp, part.shift.timestamp)
      if (!last || !isBehind(add16(sequenceNumber, -last.sequenceNumber))) {
        last = { sequenceNumber, timestamp, at: now() }
      }
      const { marker, payloadType } = header
      return new RtpPacket(new RtpHeader({ marker, payloadType, sequenceNumber, timestamp }), payload)
    },
  }
}
