/** One of the two ends of a pair. */
export type End = 'a' | 'b'

export type Kind = 'audio' | 'video'

/** Which description is set: the one that was made last by either side, what the far side has, or something odd. */
export type LocalWhat = 'by itself' | 'offer' | 'answer' | 'pranswer' | 'rollback' | 'empty offer' | 'stale offer'
export type RemoteWhat =
  | 'local'
  | 'offer'
  | 'answer'
  | 'pranswer'
  | 'rollback'
  | 'rubbish'
  | 'no fingerprint'
  | 'own'
  | 'no type'

export type CandidateWhat =
  | 'all'
  | 'rubbish'
  | 'no line'
  | 'unknown mid'
  | 'index too high'
  | 'unknown ufrag'
  | 'end'
  | 'null'

export type ParametersWhat = 'same' | 'inactive' | 'bitrate' | 'old' | 'one more' | 'enlarged'

export type EncodingsWhat = 'none' | 'bitrate' | 'inactive' | 'layers' | 'an empty rid' | 'enlarged' | 'one without rid'

export type ChannelWhat =
  | 'plain'
  | 'unordered'
  | 'both limits'
  | 'negotiated 5'
  | 'negotiated without id'
  | 'id too high'
  | 'ignored id'

/** A call of one end. Numbers pick among what there is: `pick` modulo how many there are; none, no call. */
export type Call =
  | {
      op: 'addTransceiver'
      kind: Kind
      track: boolean
      direction: RTCRtpTransceiverDirection | undefined
      streams: number
      encodings: EncodingsWhat
    }
  | { op: 'addTrack'; kind: Kind; streams: number }
  | { op: 'addTrack again'; pick: number }
  | { op: 'removeTrack'; pick: number }
  | { op: 'removeTrack of the other'; pick: number }
  | { op: 'direction'; pick: number; direction: RTCRtpTransceiverDirection }
  | { op: 'stop'; pick: number }
  | { op: 'createDataChannel'; what: ChannelWhat }
  | { op: 'send'; pick: number; bytes: number }
  | { op: 'close channel'; pick: number }
  | { op: 'createOffer'; restart: boolean }
  | { op: 'createAnswer' }
  | { op: 'setLocal'; what: LocalWhat }
  | { op: 'setRemote'; what: RemoteWhat }
  | { op: 'addIceCandidate'; what: CandidateWhat }
  | { op: 'restartIce' }
  | { op: 'replaceTrack'; pick: number; track: Kind | null }
  | { op: 'setParameters'; pick: number; what: ParametersWhat }
  | { op: 'setCodecPreferences'; pick: number; what: 'first' | 'last' | 'none' | 'unknown' }
  | { op: 'getStats'; of: 'all' | 'a sender' | 'a stranger' }
  | { op: 'setConfiguration'; what: 'same' | 'other bundle' | 'bad url' }
  | { op: 'close' }
  /** What the signalling states of both ends call for next, as one call. */
  | { op: 'next' }
  /** Offer and answer, one after the other without a pause, this end offering. */
  | { op: 'round'; candidates: 'in it' | 'apart' }
  /** Both ends offer, and this one, the polite one, gives way (webrtc-pc 10.7). */
  | { op: 'glare' }
  /** Calls in one task, none waiting for another. */
  | { op: 'at once'; calls: readonly Call[] }

export type Step = Call & { readonly on: End }

/** A call in words, for traces. */
export const told = ({ op, ...rest }: Call): string => {
  if ('calls' in rest) return `${op} [${rest.calls.map(told).join(', ')}]`
  const words = Object.entries(rest)
    .filter(([key, value]) => key !== 'on' && value !== undefined)
    .map(([key, value]) => (typeof value === 'boolean' ? (value ? key : '') : `${value}`))
  return [op, ...words.filter((word) => word)].join(' ')
}
