import type { BitrateControlMode, Codecs, ContentHint, LatencyMode, MixMinusMode, StreamKinds } from './enums.js'

/** What to send. */
export interface SenderConfig {
  /** Name of the published stream, unique within the session over both kinds, e.g. `video_main`. */
  name: string
  kind: StreamKinds
  /** The first track of this kind in it is sent; `null` or absent: the line is reserved, nothing is sent yet. */
  stream?: MediaStream | null
  /** These come first in the SDP, in this order; the others stay behind them (setCodecPreferences, webrtc-pc 5.4). */
  preferredCodecs?: Codecs[]
  /**
   * Three layers at a quarter, half and full width (a screen: two, half and full), rids `0`, `1`, `2` from low to high.
   * Video only. Default `false`.
   */
  simulcast?: boolean
  /** Bits per second, 0 = no bound; in layers each gets the share of its pixels. Default 0. */
  maxBitrate?: number
  /** Set on the track itself (mst-content-hint). Default: left as it is. */
  contentHint?: ContentHint
  /** The stream shows a screen. Default `false`. */
  screen?: boolean
  /** Free text for the server. Default: the name. */
  label?: string
}

/** What to connect to, and with what. */
export interface ISessionConfig {
  roomId: string
  peerId: string
  /** The token, or where to get a fresh one: called for each server session. */
  token: string | (() => string | Promise<string>)
  /** Created at connect; their handles are `socket.senders`. */
  senders?: SenderConfig[]
  /** How many receivers of each kind are reserved in the first offer. */
  receivers?: { audio?: number; video?: number }
  /** The server's audio mix that leaves out the own voice, in three slots. */
  mixMinusAudio?: {
    /** Each plays a slot: three receivers `mix_minus_0`, `_1`, `_2` are created for them. */
    elements?: [HTMLAudioElement, HTMLAudioElement, HTMLAudioElement]
    mode: MixMinusMode
  }
  /** Wins over the constructor's option. */
  latencyMode?: LatencyMode
  /** Wins over the constructor's option. */
  iceServers?: IceServers
  /** The only codecs that lines offer, of a kind of which one is named. Shorter offers too: see `offer-too-large`. */
  codecs?: Codecs[]
  /** Accepted for compatibility; media server 0.1 has no such setting, so it is not sent. */
  bitrateControlMode?: BitrateControlMode
}

/** ICE servers, or where to get fresh ones: called for each peer connection. */
export type IceServers = RTCIceServer[] | (() => RTCIceServer[] | Promise<RTCIceServer[]>)
