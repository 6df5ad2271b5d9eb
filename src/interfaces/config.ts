import type { BitrateControlMode, Codecs, ContentHint, LatencyMode, MixMinusMode, StreamKinds } from './enums.js'

/** What to send. */
export interface SenderConfig {
  /** Name of the published stream, unique within the session over both kinds, e.g. `video_main`. */
  name: string
  kind: StreamKinds
  /** The first track of this kind in it is sent; `null` or absent: the line is reserved, nothing is sent yet. */
  stream?: MediaStream | null
  /** Order of the codecs in the SDP. */
  preferredCodecs?: Codecs[]
  /** Three layers (screen: two), rids low to high. Default `false`. */
  simulcast?: boolean
  /** Bits per second, 0 = no bound. Default 0. */
  maxBitrate?: number
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
  mixMinusAudio?: {
    elements?: [HTMLAudioElement, HTMLAudioElement, HTMLAudioElement]
    mode: MixMinusMode
  }
  /** Wins over the constructor's option. */
  latencyMode?: LatencyMode
  /** Wins over the constructor's option. */
  iceServers?: IceServers
  codecs?: Codecs[]
  bitrateControlMode?: BitrateControlMode
}

/** ICE servers, or where to get fresh ones: called for each peer connection. */
export type IceServers = RTCIceServer[] | (() => RTCIceServer[] | Promise<RTCIceServer[]>)
