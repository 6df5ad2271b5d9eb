/** Kind of a media track (webrtc-pc `MediaStreamTrack.kind`). */
export const StreamKinds = {
  AUDIO: 'audio',
  VIDEO: 'video',
} as const
export type StreamKinds = (typeof StreamKinds)[keyof typeof StreamKinds]

/** Codecs that the media server knows. */
export const Codecs = {
  OPUS: 'OPUS',
  VP8: 'VP8',
  VP9: 'VP9',
  H264: 'H264',
} as const
export type Codecs = (typeof Codecs)[keyof typeof Codecs]

/** What a video track shows (mst-content-hint). `none` leaves the choice to the browser. */
export const ContentHint = {
  NONE: 'none',
  MOTION: 'motion',
  DETAIL: 'detail',
} as const
export type ContentHint = (typeof ContentHint)[keyof typeof ContentHint]

/** How much a receiver buffers before it plays: `smooth-N` aims at N milliseconds. */
export const LatencyMode = {
  UltraLow: 'ultra-low',
  Default: 'default',
  Smooth200: 'smooth-200',
  Smooth500: 'smooth-500',
  Smooth800: 'smooth-800',
  Smooth1000: 'smooth-1000',
  Smooth2000: 'smooth-2000',
} as const
export type LatencyMode = (typeof LatencyMode)[keyof typeof LatencyMode]

/** Who limits the bit rate of what this peer sends. */
export const BitrateControlMode = {
  SumBitrateWithClientSide: 'SumBitrateWithClientSide',
  SumBitrateOnly: 'SumBitrateOnly',
  PerStream: 'PerStream',
} as const
export type BitrateControlMode = (typeof BitrateControlMode)[keyof typeof BitrateControlMode]

/** Server-side audio mix that leaves out the own voice. */
export const MixMinusMode = {
  AllAudioStreams: 'AllAudioStreams',
  ManualAudioStreams: 'ManualAudioStreams',
} as const
export type MixMinusMode = (typeof MixMinusMode)[keyof typeof MixMinusMode]

/**
 * Outward state of the peer connection (`peer_state`) and of the data channel (`dc_state`).
 *
 * `created` -> `connecting` -> `connected`; from there `disconnected` (the path is dead, being revived), `reconnecting`
 * (a new path or a new session is being made), `failed` (given up; `connect` may be called again) and `closed` (final).
 */
export const RealtimeSocketState = {
  Created: 'created',
  Connecting: 'connecting',
  Connected: 'connected',
  Disconnected: 'disconnected',
  Reconnecting: 'reconnecting',
  Failed: 'failed',
  Closed: 'closed',
} as const
export type RealtimeSocketState = (typeof RealtimeSocketState)[keyof typeof RealtimeSocketState]
