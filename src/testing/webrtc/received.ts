import type { Media, PictureSize } from '../transport/packets.js'

/** What came in on a line, as `getStats` tells it. */
export class Received {
  packets = 0
  bytes = 0
  /** Video frames; 0 for audio. */
  frames = 0
  /** Of the last picture. */
  size: PictureSize | undefined
  /** Source that is heard now; 0 before the first packet. */
  ssrc = 0
  /** Of the times that packets take, in milliseconds (RFC 3550 section 6.4.1). */
  jitter = 0
  /** Lost of sources that were heard before. */
  #lost = 0
  #first = 0
  #highest = 0
  #sinceFirst = 0
  #transit: number | undefined

  /** Expected less received (RFC 3550 section 6.4.1); what is duplicated makes up for what is lost. */
  get lost(): number {
    return this.#lost + this.#highest - this.#first - this.#sinceFirst
  }

  add({ packets, bytes, frames, size, ssrc, sequence, at }: Media, now: number): void {
    if (ssrc !== this.ssrc) {
      this.#lost = this.lost
      this.ssrc = ssrc
      this.#first = this.#highest = sequence
      this.#sinceFirst = 0
      this.#transit = undefined
    }
    this.packets += packets
    this.bytes += bytes
    this.frames += frames
    this.size = size ?? this.size
    this.#sinceFirst += packets
    this.#highest = Math.max(this.#highest, sequence + packets)
    const transit = now - at
    if (this.#transit !== undefined) this.jitter += (Math.abs(transit - this.#transit) - this.jitter) / 16
    this.#transit = transit
  }
}
