import type { IceCredentials } from '../transport/ice-agent.js'
import type { Codec, Extension } from './codecs.js'
import type { Direction } from './directions.js'

/** One m-line of a description (RFC 8866 section 5.14, JSEP 5.2.1), as far as the simulator reads and writes it. */
export interface Section {
  /** `audio`, `video`, `application`; anything else is rejected. */
  readonly kind: string
  readonly mid: string
  /** Port 0, and not `bundle-only`. */
  readonly rejected: boolean
  readonly direction: Direction
  readonly codecs: readonly Codec[]
  readonly extensions: readonly Extension[]
  readonly msids: readonly Msid[]
  /** Rids with their direction, as their author sees it (RFC 8851). */
  readonly rids: readonly Rid[]
  readonly sources: Sources | undefined
  readonly ice: IceCredentials | undefined
  /** `sha-256 AB:CD...`. */
  readonly fingerprint: string | undefined
  readonly setup: string | undefined
  readonly rtcpMux: boolean
  /** RFC 8841; of the data channel's line. */
  readonly sctpPort: number | undefined
  readonly maxMessageSize: number | undefined
  /** `candidate:...` */
  readonly candidates: readonly string[]
}

/** `a=msid` (RFC 8830). */
export interface Msid {
  /** `-`: of no stream. */
  readonly stream: string
  readonly track: string
}

export interface Rid {
  readonly id: string
  readonly direction: 'send' | 'recv'
}

/** `a=ssrc`, with the retransmission of each (RFC 5576, RFC 4588). */
export interface Sources {
  readonly cname: string
  readonly ssrcs: readonly number[]
  readonly repair: readonly number[]
}

/** A description, read. */
export interface Description {
  readonly type: RTCSdpType
  readonly sdp: string
  readonly sections: readonly Section[]
  /** Mids of the BUNDLE group (RFC 9143). */
  readonly bundle: readonly string[]
  /** `a=ice-lite`. */
  readonly lite: boolean
  /** `a=ice-options` names trickle (RFC 8840 section 4.1.1). */
  readonly trickle: boolean
}

/** The section of this mid. */
export const sectionOf = (description: Description | undefined, mid: string | null): Section | undefined =>
  mid === null ? undefined : description?.sections.find((section) => section.mid === mid)

export const isMedia = ({ kind }: Section): boolean => kind === 'audio' || kind === 'video'
