/** Whose behaviour a peer connection has where it differs from the specification. */
export type StackName = 'spec' | 'chromium' | 'node'

/** Where the stacks differ from the specification; each was measured, see docs/simulator.md. */
export interface Quirks {
  /** A candidate of an unknown `usernameFragment` is ignored; webrtc-pc addIceCandidate: OperationError. */
  readonly ignoresUnknownUfrag: boolean
  /** The end of candidates is taken without a remote description or of an unknown line; webrtc-pc: an error. */
  readonly ignoresEarlyEnd: boolean
  /** `icecandidate` with an empty candidate at the end of a generation, webrtc-pc 4.8.1; then comes `null`. */
  readonly tellsEndOfCandidates: boolean
  /** A remote offer rolls the local one back, webrtc-pc setRemoteDescription; otherwise InvalidStateError. */
  readonly rollsBackByItself: boolean
  /** `setLocalDescription()` makes the description itself; otherwise TypeError. */
  readonly describesItself: boolean
  /** Once it was connected, `iceConnectionState` never says `failed`: it stays at `disconnected`. */
  readonly hidesIceFailure: boolean
  /** `close()` of the connection fires these at its channels; webrtc-pc close() step 5: none. */
  readonly channelsAtClose: readonly ('closing' | 'close')[]
  /** What is fired at a channel whose transport is gone; webrtc-pc 6.2.5: error, close. */
  readonly channelsAtLoss: readonly ('closing' | 'error' | 'close')[]
  /** `close()` of the connection fires `signalingstatechange`; webrtc-pc close(): no event. */
  readonly tellsItsClose: boolean
  /** After `close()` there are no transceivers any more. */
  readonly forgetsTransceivers: boolean
  /** Remote tracks tell and show whether media comes, and their end; otherwise they are never muted and tell nothing. */
  readonly tellsOfTracks: boolean
  /** Parameters may be set long after they were read; webrtc-pc getParameters() step 4: in the same task only. */
  readonly remembersParameters: boolean
  /** When a rollback tells that negotiation is needed: by its own task behind the promise (webrtc-pc 4.7.3), or within. */
  readonly rollbackNegotiates: 'queued' | 'before its event' | 'behind its event'
  /** addTrack comes upon a stopping transceiver that it would reuse, and fails; webrtc-pc addTrack: it takes another. */
  readonly addTrackMeetsStopping: boolean
  /** A description that was made before the last round may still be set; webrtc-pc 4.4.1.5: it is forgotten. */
  readonly keepsCreated: boolean
  /** Name of the error of a local offer whose lines are in another order. */
  readonly orderError: 'InvalidAccessError' | 'InvalidStateError'
  /** createOffer works while an offer of the far side is open; webrtc-pc createOffer: InvalidStateError. */
  readonly offersBeforeAnswering: boolean
  /** Descriptions that do not parse are a TypeError; webrtc-pc: an OperationError or RTCError. */
  readonly parsesAsTypeError: boolean
}

const SPEC: Quirks = {
  ignoresUnknownUfrag: false,
  ignoresEarlyEnd: false,
  tellsEndOfCandidates: true,
  rollsBackByItself: true,
  describesItself: true,
  hidesIceFailure: false,
  channelsAtClose: [],
  channelsAtLoss: ['error', 'close'],
  tellsItsClose: false,
  forgetsTransceivers: false,
  tellsOfTracks: true,
  remembersParameters: false,
  rollbackNegotiates: 'queued',
  addTrackMeetsStopping: false,
  keepsCreated: false,
  orderError: 'InvalidAccessError',
  offersBeforeAnswering: false,
  parsesAsTypeError: false,
}

/** In what the stacks that were measured agree. */
const REAL = {
  ignoresUnknownUfrag: true,
  ignoresEarlyEnd: true,
  tellsEndOfCandidates: false,
  remembersParameters: true,
  addTrackMeetsStopping: true,
  keepsCreated: true,
} as const

/** The differences of each stack. */
export const QUIRKS: Record<StackName, Quirks> = {
  spec: SPEC,
  chromium: {
    ...SPEC,
    ...REAL,
    hidesIceFailure: true,
    rollbackNegotiates: 'before its event',
    channelsAtClose: ['closing', 'close'],
    channelsAtLoss: ['closing', 'error', 'close'],
  },
  node: {
    ...SPEC,
    ...REAL,
    rollsBackByItself: false,
    describesItself: false,
    parsesAsTypeError: true,
    orderError: 'InvalidStateError',
    offersBeforeAnswering: true,
    rollbackNegotiates: 'behind its event',
    channelsAtClose: ['close'],
    channelsAtLoss: ['close'],
    tellsItsClose: true,
    forgetsTransceivers: true,
    tellsOfTracks: false,
  },
}
