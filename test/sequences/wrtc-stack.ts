import wrtc from '@roamhq/wrtc'
import { realStack } from './real-stack.js'
import type { Stack } from './stack.js'

const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard

/** libwebrtc in Node. */
export const wrtcStack = (): Stack =>
  realStack(wrtc, { tellsStates: false, describesItself: false }, (kind) =>
    (kind === 'audio' ? new RTCAudioSource() : new RTCVideoSource()).createTrack(),
  )
