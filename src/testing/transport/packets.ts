/** What travels in datagrams, as objects instead of bytes. */
export type Packet = Stun | Dtls | Sctp | Media

/** A connectivity check (RFC 8445 section 7) or its answer. */
export interface Stun {
  readonly is: 'stun'
  readonly type: 'request' | 'response'
  readonly transaction: number
  /** `USERNAME`: the receiver's ufrag, then the sender's. */
  readonly username: string
  /** Stands for `MESSAGE-INTEGRITY`: the receiver's password. */
  readonly key: string
  /** `USE-CANDIDATE`. */
  readonly nominate?: boolean
}

/** A flight of the DTLS handshake, or the alert that ends the connection. */
export interface Dtls {
  readonly is: 'dtls'
  readonly flight: 'client hello' | 'server hello' | 'client finished' | 'server finished' | 'close notify'
  /** Fingerprint of the sender's certificate. */
  readonly fingerprint: string
}

/** A chunk of the SCTP association (RFC 9260) inside DTLS. */
export interface Sctp {
  readonly is: 'sctp'
  readonly chunk:
    | { readonly type: 'init' | 'init ack' }
    | { readonly type: 'abort' }
    | SctpData
    | { readonly type: 'ack'; readonly before: number; readonly beyond: readonly number[] }
}

export interface SctpData {
  readonly type: 'data'
  readonly tsn: number
  readonly stream: number
  readonly content: SctpContent
}

/** A user message, the opening of a channel (RFC 8832), or the end of a stream (RFC 6525). */
export type SctpContent =
  | { readonly is: 'message'; readonly data: string | Uint8Array }
  | { readonly is: 'open'; readonly label: string; readonly init: RTCDataChannelInit }
  | { readonly is: 'reset' }

/** What was sent of a media line since the last such packet. */
export interface Media {
  readonly is: 'media'
  readonly mid: string
  /** Names the source. */
  readonly ssrc: number
  /** Number of the first of these packets, counted by the source. */
  readonly sequence: number
  /** When it was sent by the source, in milliseconds. */
  readonly at: number
  readonly packets: number
  readonly bytes: number
  /** Video frames; 0 for audio. */
  readonly frames: number
  /** Of the picture, in pixels. */
  readonly size?: PictureSize | undefined
  /** Of the layers of simulcast, from low to high. */
  readonly layers?: readonly PictureSize[] | undefined
}

/** A picture's width and height, in pixels. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Bytes of user data in a message. */
export const sizeOf = (data: string | Uint8Array): number =>
  typeof data === 'string' ? new TextEncoder().encode(data).length : data.byteLength
