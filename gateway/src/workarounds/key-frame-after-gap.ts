export const pauseMs = 300
export const jumpPackets = 30

/**
 * Retransmission cannot fill a hole this long: werift 0.25.2 remembers too few packets. Without a key frame the viewers'
 * picture stands still for 2 s or for ever, although packets flow again. True for the packet after which to ask for one.
 */
export const watchForGaps = (): ((sequenceNumber: number, now: number) => boolean) => {
  let last: { sequenceNumber: number; at: number } | undefined
  return (sequenceNumber, now) => {
    const before = last
    if (!before) {
      last = { sequenceNumber, at: now }
      return false
    }
    // RFC 1982 arithmetic: more than half the range ahead means behind, an old packet that comes late
    const step = (sequenceNumber - before.sequenceNumber) & 0xffff
    const isLate = step > 0x8000
    const isGap = now - before.at > pauseMs || (!isLate && step > jumpPackets)
    last = { sequenceNumber: isLate ? before.sequenceNumber : sequenceNumber, at: now }
    return isGap
  }
}
