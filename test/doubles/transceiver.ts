import type { DoublesWorld } from './emitting.js'
import { TrackDouble } from './media.js'

const CODECS = {
  audio: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  video: ['VP8', 'VP9', 'H264', 'rtx'].map((name) => ({ mimeType: `video/${name}`, clockRate: 90_000 })),
}

/** What both ends can do (webrtc-pc 5.2 and 5.3). */
const getCapabilities = (kind: 'audio' | 'video') => ({ codecs: structuredClone(CODECS[kind]), headerExtensions: [] })

/** An `RTCRtpSender`. */
export class SenderDouble {
  static readonly getCapabilities = getCapabilities
  #parameters: { transactionId: string; encodings: object[] }

  constructor(
    private readonly world: DoublesWorld,
    private readonly kind: 'audio' | 'video',
    public track: TrackDouble | null,
    private readonly closed: () => boolean,
    encodings: readonly object[] = [{}],
  ) {
    this.#parameters = { transactionId: '0', encodings: structuredClone([...encodings]) }
  }

  replaceTrack(track: TrackDouble | null): Promise<void> {
    return this.world.calls.promise('sender.replaceTrack', () => {
      if (track && track.kind !== this.kind) throw new TypeError('a track of another kind')
      if (this.closed()) throw new DOMException('closed', 'InvalidStateError')
      this.track = track
    })
  }

  getParameters(): object {
    return this.world.calls.sync('sender.getParameters', () => structuredClone(this.#parameters))
  }

  setParameters(parameters: { transactionId: string; encodings: object[] }): Promise<void> {
    return this.world.calls.promise('sender.setParameters', () => {
      if (parameters.encodings.length !== this.#parameters.encodings.length)
        throw new DOMException('the number of encodings is fixed', 'InvalidModificationError')
      this.#parameters = structuredClone(parameters)
    })
  }

  getStats(): Promise<Map<string, object>> {
    return this.world.calls.promise('sender.getStats', () => new Map())
  }
}

/** An `RTCRtpReceiver`. */
export class ReceiverDouble {
  static readonly getCapabilities = getCapabilities
  readonly track: TrackDouble
  jitterBufferTarget: number | null = null
  playoutDelayHint: number | null = null

  constructor(
    private readonly world: DoublesWorld,
    kind: 'audio' | 'video',
  ) {
    this.track = new TrackDouble(world, kind, true)
  }

  getStats(): Promise<Map<string, object>> {
    return this.world.calls.promise('receiver.getStats', () => new Map())
  }
}

/** An `RTCRtpTransceiver`. `mid` is null until a description with it is set. */
export class TransceiverDouble {
  mid: string | null = null
  currentDirection: RTCRtpTransceiverDirection | null = null
  readonly receiver: ReceiverDouble

  constructor(
    private readonly world: DoublesWorld,
    readonly kind: 'audio' | 'video',
    readonly sender: SenderDouble,
    public direction: RTCRtpTransceiverDirection,
  ) {
    this.receiver = new ReceiverDouble(world, kind)
  }

  setCodecPreferences(codecs: { mimeType: string }[]): void {
    this.world.calls.sync('transceiver.setCodecPreferences', () => {
      const known = new Set(getCapabilities(this.kind).codecs.map(({ mimeType }) => mimeType))
      if (codecs.some(({ mimeType }) => !known.has(mimeType)))
        throw new DOMException('an unknown codec', 'InvalidModificationError')
    })
  }

  stop(): void {
    this.world.calls.sync('transceiver.stop', () => {})
  }
}
