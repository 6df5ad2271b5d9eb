import wrtc from '@roamhq/wrtc'
import { onTestFinished } from 'vitest'

const { RTCAudioSink, RTCAudioSource, RTCVideoSink, RTCVideoSource } = wrtc.nonstandard
const width = 320
const height = 240

/** A grey picture, 30 times a second: the grey tells at the other end which source is seen. */
export const camera = (grey: number): MediaStreamTrack => {
  const source = new RTCVideoSource()
  const track = source.createTrack()
  const data = new Uint8Array((width * height * 3) / 2).fill(128)
  data.fill(grey, 0, width * height)
  const timer = setInterval(() => source.onFrame({ width, height, data }), 33)
  onTestFinished(() => {
    clearInterval(timer)
    track.stop()
  })
  return track
}

export const microphone = (): MediaStreamTrack => {
  const source = new RTCAudioSource()
  const track = source.createTrack()
  const samples = Int16Array.from({ length: 480 }, (_, index) => Math.sin(index / 5) * 8_000)
  const sound = { samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }
  const timer = setInterval(() => source.onData(sound), 10)
  onTestFinished(() => {
    clearInterval(timer)
    track.stop()
  })
  return track
}

/** Resolves when a picture of about this grey is decoded. */
export const sees = (track: MediaStreamTrack, grey: number): Promise<void> =>
  new Promise((resolve) => {
    const sink = new RTCVideoSink(track)
    onTestFinished(() => sink.stop())
    sink.onframe = ({ frame }: { frame: { data: Uint8ClampedArray } }) => {
      if (Math.abs((frame.data[0] ?? 0) - grey) > 12) return
      sink.stop()
      resolve()
    }
  })

export const hears = (track: MediaStreamTrack): Promise<void> =>
  new Promise((resolve) => {
    const sink = new RTCAudioSink(track)
    onTestFinished(() => sink.stop())
    sink.ondata = ({ samples }: { samples: Int16Array }) => {
      if (Math.max(...samples) < 3_000) return
      sink.stop()
      resolve()
    }
  })
