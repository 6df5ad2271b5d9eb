import type { Kind } from './calls.js'
import { quiet, settled } from './quiet.js'
import type { Stack } from './stack.js'

let context: AudioContext | undefined

const made = (kind: Kind): MediaStreamTrack | undefined => {
  if (kind === 'audio') {
    context ??= new AudioContext()
    return context.createMediaStreamDestination().stream.getAudioTracks()[0]
  }
  const canvas = document.createElement('canvas')
  canvas.getContext('2d')
  return canvas.captureStream(0).getVideoTracks()[0]
}

/** The browser that this runs in. */
export const browserStack = (): Stack => {
  const tracks: MediaStreamTrack[] = []
  return {
    RTCPeerConnection: globalThis.RTCPeerConnection,
    MediaStream: globalThis.MediaStream,
    tellsStates: true,
    statsAge: 50,
    describesItself: true,
    track: (kind) => {
      const track = made(kind)
      if (!track) throw new Error(`no track of ${kind}`)
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
