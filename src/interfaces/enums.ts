/** Kind of a media track (webrtc-pc `MediaStreamTrack.kind`). */
export enum StreamKinds {
  AUDIO = 'audio',
  VIDEO = 'video',
}

/** Codecs that the media server knows. */
export enum Codecs {
  OPUS = 'OPUS',
  VP8 = 'VP8',
  VP9 = 'VP9',
  H264 = 'H264',
}

/** What a video track shows (mst-content-hint). `none` leaves the choice to the browser. */
export enum ContentHint {
  NONE = 'none',
  MOTION = 'motion',
  DETAIL = 'detail',
}

/** How much a receiver buffers before it plays: `smooth-N` aims at N milliseconds. */
export enum LatencyMode {
  UltraLow = 'ultra-low',
  Default = 'default',
  Smooth200 = 'smooth-200',
  Smooth500 = 'smooth-500',
  Smooth800 = 'smooth-800',
  Smooth1000 = 'smooth-1000',
  Smooth2000 = 'smooth-2000',
}

/** Who limits the bit rate of what this peer sends. */
export enum BitrateControlMode {
  SumBitrateWithClientSide = 'SumBitrateWithClientSide',
  SumBitrateOnly = 'SumBitrateOnly',
  PerStream = 'PerStream',
}

/** Server-side audio mix that leaves out the own voice. */
export enum MixMinusMode {
  AllAudioStreams = 'AllAudioStreams',
  ManualAudioStreams = 'ManualAudioStreams',
}

/**
 * Outward state of the peer connection (`peer_state`) and of the data channel (`dc_state`).
 *
 * `created` -> `connecting` -> `connected`; from there `disconnected` (the path is dead, being revived), `reconnecting`
 * (a new path or a new session is being made), `failed` (given up; `connect` may be called again) and `closed` (final).
 */
export enum RealtimeSocketState {
  Created = 'created',
  Connecting = 'connecting',
  Connected = 'connected',
  Disconnected = 'disconnected',
  Reconnecting = 'reconnecting',
  Failed = 'failed',
  Closed = 'closed',
}
