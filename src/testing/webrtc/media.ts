import type { Media, PictureSize } from '../transport/packets.js'
import type { Connection } from './connection.js'
import type { Sender } from './sender.js'

/** Milliseconds of sound in a packet, and bytes of one. */
const SOUND = { every: 20, bytes: 80, silence: 12 }
/** Frames a second, and bits a second of a picture where nothing bounds them; a black one needs less. */
const PICTURE = { rate: 30, bits: 1_000_000, black: 60_000 }
const PACKET = 1_200

/** Bits a second that the encodings allow. */
const bound = ({ encodings }: Sender): number => {
  const active = encodings.filter((encoding) => encoding.active)
  return active.reduce((sum, { maxBitrate }) => sum + (maxBitrate ?? PICTURE.bits), 0)
}

/** What a sender sends in so many milliseconds: of a disabled track silence, or black (mediacapture-main 4.3.2). */
export const portion = (sender: Sender, ms: number): Pick<Media, 'packets' | 'bytes' | 'frames'> => {
  const enabled = sender.track?.enabled ?? false
  if (sender.kind === 'audio') {
    const packets = Math.max(1, Math.round(ms / SOUND.every))
    return { packets, bytes: packets * (enabled ? SOUND.bytes : SOUND.silence), frames: 0 }
  }
  const bits = enabled ? Math.min(bound(sender), PICTURE.bits * sender.encodings.length) : PICTURE.black
  const bytes = Math.max(1, Math.round((bits * ms) / 8_000))
  return { packets: Math.ceil(bytes / PACKET), bytes, frames: Math.max(1, Math.round((PICTURE.rate * ms) / 1_000)) }
}

/** The pictures of the layers, from low to high (webrtc-pc 5.2, scaleResolutionDownBy); none where there is one alone. */
const layersOf = ({ encodings }: Sender, { width, height }: PictureSize): PictureSize[] | undefined =>
  encodings.length < 2
    ? undefined
    : encodings
        .filter(({ active }) => active)
        .map(({ scaleResolutionDownBy: scale = 1 }) => ({
          width: Math.floor(width / scale),
          height: Math.floor(height / scale),
        }))
        .sort((a, b) => a.width - b.width)

/** Sends the media of a connection while there is any to send, and hands on what comes in. */
export class Pump {
  readonly #connection: Connection
  #timer: unknown

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Something may have begun to send. */
  look(): void {
    if (!this.#timer && this.#sending().length > 0) this.#later()
  }

  stop(): void {
    this.#connection.place.scheduler.cancel(this.#timer)
    this.#timer = undefined
  }

  /** A packet came: the line it belongs to is named in it (RFC 8843 section 9.2, the mid header extension). */
  receive(media: Media): void {
    const transceiver = this.#connection.transceiverOf(media.mid)
    if (!transceiver?.receptive || transceiver.stopping) return
    const { received, track } = transceiver.receiver
    received.add(media, this.#connection.place.scheduler.now)
    // webrtc-pc 5.3: the first packet is what ends `muted`.
    if (track.muted)
      this.#connection.queue(() => {
        if (transceiver.receptive && !transceiver.stopping) track.setMuted(false)
      })
  }

  #sending(): Sender[] {
    const { path, transceivers } = this.#connection
    if (path.transport?.dtls.state !== 'connected') return []
    return transceivers.map(({ sender }) => sender).filter(({ sending }) => sending)
  }

  #later(): void {
    const { scheduler, mediaEvery = 100 } = this.#connection.place
    this.#timer = scheduler.after(mediaEvery, this.#connection.source, () => {
      this.#timer = undefined
      if (this.#connection.closed) return
      for (const sender of this.#sending()) this.#send(sender, mediaEvery)
      this.look()
    })
  }

  #send(sender: Sender, ms: number): void {
    const { mid } = sender.transceiver
    if (mid === null) return
    const media = portion(sender, ms)
    const sequence = sender.sent.packets
    sender.sent.packets += media.packets
    sender.sent.bytes += media.bytes
    sender.sent.frames += media.frames
    const size = sender.kind === 'video' ? sender.track?.size : undefined
    this.#connection.path.transport?.sendMedia({
      is: 'media',
      mid,
      ssrc: sender.sources.ssrcs[0] ?? 0,
      sequence,
      at: this.#connection.place.scheduler.now,
      ...media,
      ...(size && { size, layers: layersOf(sender, size) }),
    })
  }
}
