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
  /** Name of the error of a local offer without a line; webrtc-pc 4.4.1.5 takes it. */
  readonly emptyOffer: 'OperationError' | 'InvalidStateError' | undefined
  /** That offer is the pending one all the same. */
  readonly keepsRefusedOffer: boolean
  /** setRemoteDescription without a type; Web IDL, a required member of a dictionary: TypeError. */
  readonly noType: 'OperationError' | undefined
  /** addTransceiver with direction `stopped`: what it makes of it; webrtc-pc 5.1: TypeError. */
  readonly stoppedDirection: RTCRtpTransceiverDirection | undefined
  /** restartIce() asks for negotiation before there is anything to restart; webrtc-pc 4.4.2: only credentials do. */
  readonly restartsNothing: boolean
  /** A stopped transceiver still gets the line that an earlier offer had for it; JSEP 5.2.1: others may take it. */
  readonly stoppedKeepsLine: boolean
  /** After `close()` the senders and receivers are still listed; webrtc-pc 5.1: those of stopped transceivers are not. */
  readonly keepsSenders: boolean
  /** Name of the error of a candidate that cannot be added; webrtc-pc addIceCandidate: several. */
  readonly candidateError: 'Error' | undefined
  /** Name of the error of an id of a channel that cannot be; webrtc-pc createDataChannel: TypeError, OperationError. */
  readonly idError: 'InvalidStateError' | undefined
  /** A channel that is negotiated by the application may be without an id; webrtc-pc createDataChannel: TypeError. */
  readonly negotiatesWithoutId: boolean
  /** A message that is too large closes the channel; webrtc-pc send(): TypeError. */
  readonly closesOnTooLarge: boolean
  /** A channel that is made when there is an association is open without a word; webrtc-pc 6.1: `open` is fired. */
  readonly opensSilently: boolean
  /** The mid of the channels' line outlives a rollback, and only that line is theirs; JSEP 5.2.1, 5.3.1. */
  readonly keepsChannelMid: boolean
  /** A channel has its id when its line is described: who offers first will be DTLS server; RFC 8832: as its role is. */
  readonly guessesRole: boolean
  /** Channels have their ids when their line is described, where the role is known; webrtc-pc 6.1: once associated. */
  readonly numbersAtOffer: boolean
  /** Channels that are closed ask for no line; webrtc-pc 4.7.3, JSEP 5.2.1: any that was ever made does. */
  readonly forgetsClosedChannels: boolean
  /** After the far side has refused the channels negotiation is needed; webrtc-pc 4.7.3: their line is there. */
  readonly refusalNegotiates: boolean
  /** A sender shows no encodings before its line is answered or after it was stopped; webrtc-pc getParameters(): its own. */
  readonly hidesEncodings: boolean
  /** A local offer that no longer receives takes the track from its streams; webrtc-pc 4.4.1.5: the answer does. */
  readonly removesAtOffer: boolean
  /** What replaceTrack() waits for; webrtc-pc replaceTrack: its turn in the chain. */
  readonly replaceTrack: 'chain' | 'task' | 'nothing'
  /** Whether a local description was made is looked at when it is given; webrtc-pc 4.4.1.2: when its turn comes. */
  readonly comparesAtOnce: boolean
  /** A line that is offered as rejected makes a stopped transceiver; JSEP 5.10: none. */
  readonly makesRejected: boolean
  /** The encodings of sound have ranges, too; webrtc-pc addTransceiver: what is of pictures is removed. */
  readonly checksSound: boolean
  /** What is asked for is looked at when it is asked for, where nothing else is under way; webrtc-pc 4.4.1.2: in a task. */
  readonly startsAtOnce: boolean
  /** The check whether negotiation is needed is made at once, and only its event is queued; webrtc-pc 4.7.3: in the task. */
  readonly checksAtOnce: boolean
  /** Streams of the far side without a track are forgotten, another of the id is a new one; webrtc-pc 5.1.2. */
  readonly forgetsEmptyStreams: boolean
  /** A remote offer without a line is refused under `max-bundle` as InvalidAccessError; webrtc-pc takes it. */
  readonly refusesEmptyRemote: boolean
  /** An answer may send what the offer does not receive; RFC 3264 section 6.1: it must not. */
  readonly takesAnyDirection: boolean
  /** A refused offer is shown as pending by the next candidate that is added. */
  readonly showsRefusedOffer: boolean
  /** After a rollback of a restart the old credentials gather anew; webrtc-pc 4.4.1.5: nothing is left of it. */
  readonly gathersAfterRollback: boolean
  /** Channels whose line is only offered are lost with the transport; webrtc-pc 4.4.1.5: the answer gives them one. */
  readonly losesEarly: boolean
  /** The direction `stopped` is refused as; webrtc-pc direction: TypeError. */
  readonly stoppedError: 'InvalidAccessError' | undefined
  /** A candidate without a line is of the first; webrtc-pc addIceCandidate step 3: TypeError. */
  readonly noLineIsFirst: boolean
  /** addTransceiver() of a closed connection fails as; webrtc-pc: InvalidStateError. */
  readonly closedError: 'Error' | undefined
  /** What fails or never settles once closed or at all, though webrtc-pc 8.2, 4.4.2 know an answer. */
  readonly lacksStats: boolean
  /** What is fired at a channel that the far side closes is `close` alone; webrtc-pc 6.2.4: `closing` before. */
  readonly tellsClosing: boolean
  /** `track` is fired in the order of the transceivers; webrtc-pc 4.4.1.5: of the lines. */
  readonly tracksByTransceiver: boolean
  /** Streams tell of the tracks that the far side adds and removes; webrtc-pc 4.4.1.5. */
  readonly tellsOfStreams: boolean
  /** Name of the error of a configuration that cannot be. */
  readonly configurationError: 'Error' | undefined
  /** A channel that is closed before it was open never says that it is closed; webrtc-pc 6.2.4: it is. */
  readonly closesOnlyOpen: boolean
  /** That negotiation is needed is told before the promise settles; webrtc-pc 4.7.3: by its own task behind it. */
  readonly negotiatesFirst: boolean
  /** What a local description with an empty text means; webrtc-pc setLocalDescription: the last of its type, or a new one. */
  readonly fillsEmpty: 'its type' | 'the last of any type'
  /** What a channel without an id shows; webrtc-pc 6.2: null. */
  readonly noId: -1 | null
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
  emptyOffer: undefined,
  keepsRefusedOffer: false,
  noType: undefined,
  stoppedDirection: undefined,
  restartsNothing: false,
  noId: null,
  stoppedKeepsLine: false,
  keepsSenders: false,
  candidateError: undefined,
  idError: undefined,
  negotiatesWithoutId: false,
  closesOnTooLarge: false,
  opensSilently: false,
  keepsChannelMid: false,
  guessesRole: false,
  tracksByTransceiver: false,
  numbersAtOffer: false,
  forgetsClosedChannels: false,
  refusalNegotiates: false,
  hidesEncodings: false,
  removesAtOffer: false,
  stoppedError: undefined,
  losesEarly: false,
  startsAtOnce: false,
  checksAtOnce: false,
  forgetsEmptyStreams: false,
  refusesEmptyRemote: false,
  takesAnyDirection: false,
  showsRefusedOffer: false,
  gathersAfterRollback: false,
  replaceTrack: 'chain',
  comparesAtOnce: false,
  makesRejected: false,
  checksSound: false,
  noLineIsFirst: false,
  closedError: undefined,
  lacksStats: false,
  tellsClosing: true,
  tellsOfStreams: true,
  configurationError: undefined,
  closesOnlyOpen: false,
  negotiatesFirst: false,
  fillsEmpty: 'its type',
}

/** In what the stacks that were measured agree. */
const REAL = {
  ignoresUnknownUfrag: true,
  ignoresEarlyEnd: true,
  tellsEndOfCandidates: false,
  remembersParameters: true,
  addTrackMeetsStopping: true,
  keepsCreated: true,
  restartsNothing: true,
  stoppedKeepsLine: true,
  keepsChannelMid: true,
  tracksByTransceiver: true,
  forgetsClosedChannels: true,
  hidesEncodings: true,
  losesEarly: true,
  startsAtOnce: true,
  forgetsEmptyStreams: true,
  refusesEmptyRemote: true,
  gathersAfterRollback: true,
  comparesAtOnce: true,
  removesAtOffer: true,
} as const

/** The differences of each stack. */
export const QUIRKS: Record<StackName, Quirks> = {
  spec: SPEC,
  chromium: {
    ...SPEC,
    ...REAL,
    hidesIceFailure: true,
    emptyOffer: 'OperationError',
    keepsSenders: true,
    showsRefusedOffer: true,
    replaceTrack: 'task',
    guessesRole: true,
    refusalNegotiates: true,
    noType: 'OperationError',
    stoppedDirection: 'sendrecv',
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
    emptyOffer: 'InvalidStateError',
    keepsRefusedOffer: true,
    stoppedDirection: 'stopped',
    noId: -1,
    candidateError: 'Error',
    numbersAtOffer: true,
    stoppedError: 'InvalidAccessError',
    noLineIsFirst: true,
    checksAtOnce: true,
    takesAnyDirection: true,
    replaceTrack: 'nothing',
    makesRejected: true,
    checksSound: true,
    closedError: 'Error',
    lacksStats: true,
    tellsClosing: false,
    idError: 'InvalidStateError',
    negotiatesWithoutId: true,
    closesOnTooLarge: true,
    opensSilently: true,
    tellsOfStreams: false,
    configurationError: 'Error',
    closesOnlyOpen: true,
    negotiatesFirst: true,
    fillsEmpty: 'the last of any type',
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
