import type { MediaStreamTrack, RTCRtpTransceiver } from 'werift'

/**
 * werift 0.25.2 does not tell which SSRC belongs to which rid, so layers cannot be told apart well enough to choose among
 * them: of a simulcast line only the rid that the offer lists first is forwarded.
 */
export const forwardsTrack = (transceiver: RTCRtpTransceiver, track: MediaStreamTrack): boolean =>
  track.rid === undefined || transceiver.receiver.tracks.find((other) => other.rid !== undefined)?.rid === track.rid
