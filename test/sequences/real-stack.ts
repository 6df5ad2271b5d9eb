import type { Kind } from './calls.js'
import { quiet, settled } from './quiet.js'
import type { Stack } from './stack.js'

type Classes = Pick<Stack, 'RTCPeerConnection' | 'MediaStream'>

/** A stack that is not simulated; `made` makes a track that plays. */
export const realStack = (
  { RTCPeerConnection, MediaStream }: Classes,
  differences: Pick<Stack, 'tellsStates' | 'describesItself'>,
  made: (kind: Kind) => MediaStreamTrack,
): Stack => {
  const tracks: MediaStreamTrack[] = []
  return {
    RTCPeerConnection,
    MediaStream,
    ...differences,
    statsAge: 50,
    track: (kind) => {
      const track = made(kind)
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
