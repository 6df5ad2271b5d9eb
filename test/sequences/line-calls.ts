import type { Call, EncodingsWhat } from './calls.js'
import { outcomeOf } from './outcome.js'
import { otherOf, type Pair, type Side } from './pair.js'
import { setParameters } from './parameters.js'

type LineCall = Exclude<
  Call,
  {
    op:
      | 'createDataChannel'
      | 'send'
      | 'close channel'
      | 'createOffer'
      | 'createAnswer'
      | 'setLocal'
      | 'setRemote'
      | 'addIceCandidate'
      | 'restartIce'
      | 'getStats'
      | 'close'
      | 'next'
      | 'round'
      | 'glare'
      | 'at once'
  }
>

const ENCODINGS: Record<Exclude<EncodingsWhat, 'none'>, RTCRtpEncodingParameters[]> = {
  bitrate: [{ maxBitrate: 200_000 }],
  inactive: [{ active: false }],
  layers: [{ rid: 'q', scaleResolutionDownBy: 2 }, { rid: 'f' }],
  'an empty rid': [{ rid: '' }, { rid: 'f' }],
  enlarged: [{ scaleResolutionDownBy: 0.5 }],
  'one without rid': [{ rid: 'q' }, {}],
}

const picked = <T>(all: readonly T[], pick: number): T | undefined => all[pick % all.length]

/** A call that is about transceivers, senders and their tracks. */
export const lineCall = async (pair: Pair, side: Side, call: LineCall): Promise<string> => {
  const { pc } = side
  const does = (make: () => unknown) => outcomeOf<unknown>(pair, side, make, () => {})
  const transceiver = 'pick' in call ? picked(pc.getTransceivers(), call.pick) : undefined
  switch (call.op) {
    case 'addTransceiver': {
      const { kind, track, direction, streams, encodings } = call
      const init: RTCRtpTransceiverInit = {
        streams: side.streams(streams),
        ...(direction && { direction }),
        ...(encodings !== 'none' && { sendEncodings: ENCODINGS[encodings] }),
      }
      return does(() => pc.addTransceiver(track ? side.track(kind) : kind, init))
    }
    case 'addTrack':
      return does(() => pc.addTrack(side.track(call.kind), ...side.streams(call.streams)))
    case 'setConfiguration':
      return does(() => pc.setConfiguration(CONFIGURATIONS[call.what]))
    case 'removeTrack of the other': {
      const sender = picked(otherOf(pair, side).pc.getSenders(), call.pick)
      return sender ? does(() => pc.removeTrack(sender)) : 'no sender'
    }
  }
  if (!transceiver) return 'no transceiver'
  const { sender } = transceiver
  switch (call.op) {
    case 'addTrack again': {
      const { track } = sender
      return track ? does(() => pc.addTrack(track)) : 'no track'
    }
    case 'removeTrack':
      return does(() => pc.removeTrack(sender))
    case 'direction':
      return does(() => void (transceiver.direction = call.direction))
    case 'stop':
      return does(() => transceiver.stop())
    case 'replaceTrack':
      return does(() => sender.replaceTrack(call.track && side.track(call.track)))
    case 'setParameters':
      return setParameters(pair, side, sender, call.what)
    case 'setCodecPreferences':
      return does(() => transceiver.setCodecPreferences(preferences(transceiver, call.what)))
  }
}

const CONFIGURATIONS: Record<'same' | 'other bundle' | 'bad url', RTCConfiguration> = {
  same: { bundlePolicy: 'max-bundle' },
  'other bundle': { bundlePolicy: 'balanced' },
  'bad url': { bundlePolicy: 'max-bundle', iceServers: [{ urls: 'http://127.0.0.1' }] },
}

const preferences = ({ receiver }: RTCRtpTransceiver, what: string): RTCRtpCodec[] => {
  const { getCapabilities } = receiver.constructor as typeof RTCRtpReceiver
  const codecs = getCapabilities.call(receiver.constructor, receiver.track.kind)?.codecs ?? []
  if (what === 'none') return []
  if (what === 'unknown') return [{ mimeType: `${receiver.track.kind}/nothing`, clockRate: 90_000 }]
  return what === 'first' ? codecs.slice(0, 1) : codecs.filter(({ mimeType }) => /opus|VP8/i.test(mimeType))
}
