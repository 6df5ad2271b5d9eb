/**
 * Why something failed. One union for the whole library.
 *
 * | code | when it comes |
 * | --- | --- |
 * | `no-webrtc` | the environment has no `RTCPeerConnection` |
 * | `invalid-config` | an argument cannot be used as it is |
 * | `already-connected` | `connect` while connecting or connected, with other arguments |
 * | `not-connected` | a command that needs a connected session |
 * | `aborted` | the caller's `AbortSignal` |
 * | `closed` | the socket was closed |
 * | `timeout` | a deadline passed; `phase` says which |
 * | `provider-failed` | the application's function for a token or ICE servers threw |
 * | `no-gateway` | none of the URLs passed its health check |
 * | `gateway-unreachable` | no HTTP answer |
 * | `gateway-refused` | an HTTP answer that refuses; `status` has the code |
 * | `gateway-broken` | an HTTP answer that does not fit the protocol |
 * | `token-refused` | the gateway does not accept the token |
 * | `offer-failed` | the peer connection could not make the offer |
 * | `offer-too-large` | the server could not send its answer over the channel (64 KiB): reserve lines at `connect` |
 * | `answer-refused` | the peer connection did not accept the answer |
 * | `request-refused` | the media server answered a request with a refusal |
 * | `transport-failed` | ICE or DTLS failed (`connectionState` `failed`) |
 * | `channel-closed` | the data channel closed or failed |
 * | `duplicate` | a live sender or receiver has that name or id already |
 * | `outbox-full` | `send` beyond the bound of what is kept while the channel is not open |
 * | `message-too-large` | above the negotiated `max-message-size` |
 * | `unconfirmed` | the channel ended before the server confirmed what was sent |
 * | `quarantined` | requests of the application are not asked again: twice the session ended right after them |
 * | `storage-busy` | another tab has the store: nothing of this session survives its page |
 * | `storage-failed` | the store cannot be opened, read or written (full, forbidden, broken): the same |
 * | `storage-unreadable` | something in the store is damaged (it is removed), or of a later version of this library (then it is left, and not used) |
 * | `stale-offer` | `updateSdp` for an offer that is no longer current |
 * | `undecodable` | an incoming frame that cannot be decoded |
 * | `listener-failed` | a listener threw; the others ran |
 * | `unsupported` | the environment or the gateway lacks what was asked for |
 * | `internal` | a defect of this library, or of the WebRTC stack below it |
 */
export type RealtimeErrorCode =
  | 'no-webrtc'
  | 'invalid-config'
  | 'already-connected'
  | 'not-connected'
  | 'aborted'
  | 'closed'
  | 'timeout'
  | 'provider-failed'
  | 'no-gateway'
  | 'gateway-unreachable'
  | 'gateway-refused'
  | 'gateway-broken'
  | 'token-refused'
  | 'offer-failed'
  | 'offer-too-large'
  | 'answer-refused'
  | 'request-refused'
  | 'transport-failed'
  | 'channel-closed'
  | 'duplicate'
  | 'outbox-full'
  | 'message-too-large'
  | 'unconfirmed'
  | 'quarantined'
  | 'storage-busy'
  | 'storage-failed'
  | 'storage-unreadable'
  | 'stale-offer'
  | 'undecodable'
  | 'listener-failed'
  | 'unsupported'
  | 'internal'

/** What the session was doing, in the order of a connect; `renegotiating` and `connected` come after it. */
export type Phase =
  | 'idle'
  | 'selecting-gateway'
  | 'offering'
  | 'awaiting-answer'
  | 'applying-answer'
  | 'establishing'
  | 'opening-channel'
  | 'connected'
  | 'renegotiating'
  | 'closing'

/** An error as plain data, fit for events and contexts. The original `cause` is kept beside it, see {@link causeOf}. */
export interface ErrorFacts {
  readonly code: RealtimeErrorCode
  readonly message: string
  readonly phase: Phase
  /** Nothing will mend it but another configuration (a refused token, no WebRTC). */
  readonly fatal: boolean
  /** The same call may succeed later. */
  readonly retryable: boolean
  /** HTTP status, where one was received. */
  readonly status?: number | undefined
  /** Milliseconds spent in each phase of the connect, up to the failure. */
  readonly elapsed?: Readonly<Partial<Record<Phase, number>>> | undefined
  /** What was tried to recover before it was given up, the last 32 of it. */
  readonly tried?: readonly Tried[] | undefined
}

/** One try to recover: which rung of the ladder, and what it failed of. */
export interface Tried {
  readonly rung: string
  readonly code: RealtimeErrorCode
}

const FATAL = /^(no-webrtc|invalid|token|unsup)/
const RETRYABLE = /^(time|no-gateway|gateway|provider|answer|req|trans|channel|outbox)/

// Live causes stay out of events and contexts (they may hold anything); they follow their facts by identity.
const causes = new WeakMap<ErrorFacts, unknown>()

/** The original error behind `facts`, where there was one. */
export const causeOf = (facts: ErrorFacts): unknown => causes.get(facts)

/** Builds error facts; `fatal` and `retryable` follow from the code. */
export const facts = (
  code: RealtimeErrorCode,
  message: string,
  more: {
    phase?: Phase
    cause?: unknown
    status?: number | undefined
    elapsed?: ErrorFacts['elapsed'] | undefined
    tried?: ErrorFacts['tried'] | undefined
  } = {},
): ErrorFacts => {
  const { phase = 'idle', cause, status, elapsed, tried } = more
  const made: ErrorFacts = {
    code,
    message,
    phase,
    fatal: FATAL.test(code),
    retryable: RETRYABLE.test(code),
    status,
    elapsed,
    tried,
  }
  if (cause !== undefined) causes.set(made, cause)
  return made
}

const amended = (error: ErrorFacts, more: Partial<ErrorFacts>): ErrorFacts =>
  facts(error.code, error.message, { ...error, ...more, cause: causeOf(error) })

/** The same error, seen from the phase in which it ended the work. */
export const inPhase = (error: ErrorFacts, phase: Phase, elapsed = error.elapsed): ErrorFacts =>
  amended(error, { phase, elapsed })

/** The same error, with what was tried before it was given up. */
export const triedBefore = (error: ErrorFacts, tried: readonly Tried[]): ErrorFacts => amended(error, { tried })

/**
 * Turns whatever was thrown into facts; a {@link RealtimeError} keeps its own code. The words of others are left to the
 * cause: they may quote what must not be shown (an SDP, a payload).
 */
export const factsOf = (thrown: unknown, fallback: RealtimeErrorCode, phase: Phase = 'idle'): ErrorFacts => {
  if (thrown instanceof RealtimeError) return inPhase(thrown.facts, thrown.phase === 'idle' ? phase : thrown.phase)
  return facts(fallback, `${thrown instanceof Error ? thrown.name : typeof thrown}, see cause`, {
    phase,
    cause: thrown,
  })
}

/** The error type of this library: every rejection and every thrown error is one. */
export class RealtimeError extends Error {
  declare readonly code: RealtimeErrorCode
  declare readonly phase: Phase
  declare readonly fatal: boolean
  declare readonly retryable: boolean
  declare readonly status: number | undefined
  declare readonly elapsed: ErrorFacts['elapsed']
  declare readonly tried: ErrorFacts['tried']
  /** The same as plain data. */
  declare readonly facts: ErrorFacts

  constructor(error: ErrorFacts) {
    const cause = causeOf(error)
    super(error.message, cause === undefined ? undefined : { cause })
    Object.assign(this, error, { name: 'RealtimeError', facts: error })
  }
}

/** Shorthand for `new RealtimeError(facts(...))`. */
export const failure = (...args: Parameters<typeof facts>): RealtimeError => new RealtimeError(facts(...args))
