import type { Kind } from './calls.js'
import { realStack } from './real-stack.js'
import type { Stack } from './stack.js'

let context: AudioContext | undefined

const made = (kind: Kind): MediaStreamTrack => {
  if (kind === 'audio') {
    context ??= new AudioContext()
    return context.createMediaStreamDestination().stream.getAudioTracks()[0] as MediaStreamTrack
  }
  const canvas = document.createElement('canvas')
  canvas.getContext('2d')
  return canvas.captureStream(0).getVideoTracks()[0] as MediaStreamTrack
}

/** The browser that this runs in. */
export const browserStack = (): Stack => realStack(globalThis, { tellsStates: true, describesItself: true }, made)
