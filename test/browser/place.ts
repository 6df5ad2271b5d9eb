import { StreamKinds, type ReceiverTrack } from '../../src/index.js'
import { pictureInPage } from '../../tools/page-media.js'
import type { MediaPlace } from '../scenarios/media-stage.js'
import { token } from './token.js'

const picture: MediaPlace['picture'] = (width, height) => pictureInPage(width, height, 20)

const tone: MediaPlace['tone'] = () => {
  const context = new AudioContext()
  const oscillator = context.createOscillator()
  const destination = context.createMediaStreamDestination()
  oscillator.connect(destination)
  oscillator.start()
  return { stream: destination.stream, stop: () => void context.close() }
}

const watchVideo = (receiver: ReceiverTrack): ReturnType<MediaPlace['watch']> => {
  const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true })
  video.srcObject = receiver.stream
  let count = 0
  let watching = true
  const frame = () => {
    count += 1
    if (watching) video.requestVideoFrameCallback(frame)
  }
  video.requestVideoFrameCallback(frame)
  document.body.append(video)
  void video.play().catch(() => {})
  return {
    get count() {
      return count
    },
    get width() {
      return video.videoWidth
    },
    stop: () => {
      watching = false
      video.srcObject = null
      video.remove()
    },
  }
}

const watchAudio = (receiver: ReceiverTrack): ReturnType<MediaPlace['watch']> => {
  let count = 0
  // An element has to pull the remote audio, or Chromium hands silence to the analyser.
  const audio = Object.assign(document.createElement('audio'), { muted: true, autoplay: true })
  audio.srcObject = receiver.stream
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  const off = receiver.on('track_added', () => context.createMediaStreamSource(receiver.stream).connect(analyser))
  if (receiver.hasTrack) context.createMediaStreamSource(receiver.stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    if (samples.some((sample) => Math.abs(sample) > 0.01)) count += 1
  }, 20)
  return {
    get count() {
      return count
    },
    width: 0,
    stop: () => {
      off()
      clearInterval(timer)
      audio.srcObject = null
      void context.close()
    },
  }
}

/** The page itself against the gateway at this address. */
export const placeAt = (url: string): MediaPlace => ({
  RTCPeerConnection: globalThis.RTCPeerConnection,
  MediaStream: globalThis.MediaStream,
  url,
  token,
  picture,
  tone,
  watch: (receiver) => (receiver.info.kind === StreamKinds.VIDEO ? watchVideo(receiver) : watchAudio(receiver)),
})
