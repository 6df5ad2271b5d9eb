import type { Media } from '../transport/packets.js'
import type { Kind } from './events.js'
import type { Direction, OfferLine } from './offer.js'

export const MIRRORED: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

/** A line of the session, as the server remembers it for ever. */
export interface KnownLine {
  readonly mid: string
  readonly kind: OfferLine['kind']
  /** `dead`: offered as inactive at first, or once inactive: it never comes back (protocol 0.1, section 4). */
  role: 'sender' | 'receiver' | 'channel' | 'dead'
  /** As it stands in the answer. */
  direction: Direction
  offered: OfferLine
  /** `audio_0`, counted per kind and never again; `undefined` for lines that do not receive. */
  readonly receiverId: string | undefined
  /** Sources that were told once are told for ever. */
  hasSent: boolean
  /** The stream that a sender's line carries; set when it takes its name. */
  name?: string | undefined
  simulcast: boolean
}

/** Which stream a receiver's line shows. */
export class ReceiverLine {
  remote: { readonly peer: string; readonly stream: string } | undefined
  limit: { readonly max_spatial: number; readonly max_temporal: number } = { max_spatial: 2, max_temporal: 2 }
  #end: (() => void) | undefined
  /** What is sent next, and the source and its distance from what is forwarded: gaps stay, a switch makes none. */
  #next = 0
  #source: number | undefined
  #offset = 0

  constructor(
    readonly id: string,
    readonly kind: Kind,
    readonly mid: string,
    private readonly ssrc: number,
    private readonly send: (media: Media) => void,
  ) {}

  /** Another source takes the limit back; the same one again changes nothing. */
  switchTo(
    remote: { readonly peer: string; readonly stream: string },
    subscribe: (sink: (media: Media) => void) => () => void,
  ): void {
    if (this.remote?.peer === remote.peer && this.remote.stream === remote.stream) return
    this.disconnect()
    this.remote = remote
    this.limit = { max_spatial: 2, max_temporal: 2 }
    this.#end = subscribe((media) => this.send(this.#forwarded(media)))
  }

  /** Of layers one is forwarded: the highest that the limit lets through. */
  #forwarded(media: Media): Media {
    const { layers, ...rest } = media
    if (media.ssrc !== this.#source) {
      this.#source = media.ssrc
      this.#offset = this.#next - media.sequence
    }
    const sequence = media.sequence + this.#offset
    this.#next = Math.max(this.#next, sequence + media.packets)
    const forwarded: Media = { ...rest, mid: this.mid, ssrc: this.ssrc, sequence }
    const layer = layers?.[Math.min(this.limit.max_spatial, layers.length - 1)]
    if (!layer || !media.size) return forwarded
    const share = (layer.width * layer.height) / (media.size.width * media.size.height)
    return { ...forwarded, size: layer, bytes: Math.ceil(media.bytes * share) }
  }

  /** Nothing is forwarded any more, until it is switched elsewhere or disconnected. */
  stall(): void {
    this.#end?.()
    this.#end = undefined
  }

  disconnect(): void {
    this.stall()
    this.#source = undefined
    this.remote = undefined
  }
}

/** What an offer changed. */
export type LineChange =
  | { readonly type: 'added'; readonly line: KnownLine }
  | { readonly type: 'ended'; readonly line: KnownLine; readonly was: 'sender' | 'receiver' }

/** Whether the answer names sources: a line of layers sends per rid, and was offered none to receive. */
const sends = ({ kind, direction, simulcast }: OfferLine): boolean =>
  kind !== 'application' && (direction === 'recvonly' || (direction === 'sendrecv' && !simulcast))

/** All lines that were ever offered, in the order of their first appearance. */
export class Lines {
  readonly all: KnownLine[] = []
  readonly #ordinals: Record<Kind, number> = { audio: 0, video: 0 }

  /** `false` when a line stands elsewhere than before, which is refused. */
  keepsOrder(offered: readonly OfferLine[]): boolean {
    return offered.every((line, index) => {
      const before = this.all.findIndex((known) => this.#same(known, line))
      return before === -1 || before === index
    })
  }

  apply(offered: readonly OfferLine[]): LineChange[] {
    return offered.flatMap((line) => {
      const known = this.all.find((other) => this.#same(other, line))
      return known ? this.#changed(known, line) : this.#added(line)
    })
  }

  /** There is one line for the channel at most: it is known by its kind. */
  #same(known: KnownLine, { kind, mid }: OfferLine): boolean {
    return known.kind === 'application' || kind === 'application' ? known.kind === kind : known.mid === mid
  }

  #added(line: OfferLine): LineChange[] {
    const { kind, mid, direction, simulcast } = line
    const role = ((): KnownLine['role'] => {
      if (kind === 'application') return 'channel'
      if (direction === 'inactive') return 'dead'
      return direction === 'recvonly' ? 'receiver' : 'sender'
    })()
    const known: KnownLine = {
      mid,
      kind,
      role,
      direction: MIRRORED[direction],
      offered: line,
      receiverId: role === 'receiver' ? `${kind}_${this.#ordinal(kind as Kind)}` : undefined,
      simulcast,
      hasSent: sends(line),
    }
    this.all.push(known)
    return role === 'dead' ? [] : [{ type: 'added', line: known }]
  }

  #ordinal(kind: Kind): number {
    this.#ordinals[kind] += 1
    return this.#ordinals[kind] - 1
  }

  #changed(known: KnownLine, line: OfferLine): LineChange[] {
    known.offered = line
    if (known.kind === 'application') return []
    known.direction = MIRRORED[line.direction]
    known.hasSent ||= sends(line)
    const { role } = known
    if (line.direction !== 'inactive' || (role !== 'sender' && role !== 'receiver')) return []
    known.role = 'dead'
    return [{ type: 'ended', line: known, was: role }]
  }
}
