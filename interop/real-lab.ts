import wrtc from '@roamhq/wrtc'
import { audioSink, audioSource, videoSink, videoSource } from '../tools/node-media.js'
import { http } from './http.js'
import type { Lab } from './lab.js'
import { relayFor } from './relay.js'

/** libwebrtc in Node, real HTTP, real time. */
export const realLab: Lab = {
  RTCPeerConnection: wrtc.RTCPeerConnection,
  MediaStream: wrtc.MediaStream,
  environment: { RTCPeerConnection: wrtc.RTCPeerConnection, MediaStream: wrtc.MediaStream },
  http,
  videoSource,
  audioSource: () => audioSource(),
  videoSink,
  audioSink,
  relay: relayFor,
  virtual: false,
  now: () => performance.now(),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  drive: (work) => work(),
}
