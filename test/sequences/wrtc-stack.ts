import wrtc from '@roamhq/wrtc'
import { quiet, settled } from './quiet.js'
import type { Stack } from './stack.js'

const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard

/** libwebrtc in Node. */
export const wrtcStack = (): Stack => {
  const tracks: MediaStreamTrack[] = []
  return {
    RTCPeerConnection: wrtc.RTCPeerConnection,
    MediaStream: wrtc.MediaStream,
    tellsStates: false,
    statsAge: 50,
    describesItself: false,
    track: (kind) => {
      const source = kind === 'audio' ? new RTCAudioSource() : new RTCVideoSource()
      const track = source.createTrack()
      tracks.push(track)
      return track
    },
    wait: settled,
    quiet,
    dispose: () => {
      for (const track of tracks) track.stop()
    },
  }
}
