import wrtc from '@roamhq/wrtc'

const { RTCAudioSource, RTCAudioSink, RTCVideoSource, RTCVideoSink } = wrtc.nonstandard

export interface Size {
  width: number
  height: number
}

export interface Source {
  track: MediaStreamTrack
  stop(): void
}

/** A picture that changes with every frame, so that the encoder has something to send. */
export const videoSource = ({ width, height }: Size = { width: 320, height: 240 }, framesPerSecond = 15): Source => {
  const source = new RTCVideoSource()
  const data = new Uint8ClampedArray((width * height * 3) / 2).fill(128)
  let frame = 0
  const timer = setInterval(() => {
    frame++
    for (let row = 0; row < height; row += 8) data.fill((row * 2 + frame * 5) % 256, row * width, (row + 8) * width)
    source.onFrame({ width, height, data: data as unknown as Uint8Array })
  }, 1000 / framesPerSecond)
  const track = source.createTrack()
  return {
    track,
    stop() {
      clearInterval(timer)
      track.stop()
    },
  }
}

const samplesPerTick = 480

export const audioSource = (hertz = 440): Source => {
  const source = new RTCAudioSource()
  let at = 0
  const timer = setInterval(() => {
    const samples = Int16Array.from(
      { length: samplesPerTick },
      () => 8000 * Math.sin((2 * Math.PI * hertz * at++) / 48_000),
    )
    source.onData({ samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: samplesPerTick })
  }, 10)
  const track = source.createTrack()
  return {
    track,
    stop() {
      clearInterval(timer)
      track.stop()
    },
  }
}

export interface Sink {
  /** Decoded frames, or ticks of audio that were not silence. */
  count: number
  size?: Size
  stop(): void
}

export const videoSink = (track: MediaStreamTrack, onPicture?: () => void): Sink => {
  const native = new RTCVideoSink(track)
  const sink: Sink = { count: 0, stop: () => native.stop() }
  native.onframe = ({ frame }: { frame: Size }) => {
    sink.count++
    sink.size = { width: frame.width, height: frame.height }
    onPicture?.()
  }
  return sink
}

export const audioSink = (track: MediaStreamTrack): Sink => {
  const native = new RTCAudioSink(track)
  const sink: Sink = { count: 0, stop: () => native.stop() }
  // A sink ticks from the start, with silence: only sound shows that something arrived.
  native.ondata = ({ samples }: { samples: Int16Array }) => {
    if (samples.some((sample) => Math.abs(sample) > 500)) sink.count++
  }
  return sink
}
