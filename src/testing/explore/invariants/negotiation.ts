import type { NegotiationContext } from '../../../machines/negotiation.setup.js'
import type { NegotiationMemory } from '../environments/negotiation.js'
import type { Invariant } from '../types.js'
import { startedOf } from './common.js'

type OfNegotiation = Invariant<NegotiationContext, NegotiationMemory>

/** One of create, exchange, apply and roll back runs at a time. */
export const oneStepOfARoundRunsAtATime: OfNegotiation = ({ to: { actors } }) =>
  actors.length > 1 && actors.map(({ name }) => name).join(', ')

/** Only the offer that was made last is exchanged or applied. */
export const onlyTheCurrentOfferIsUsed: OfNegotiation = ({ step: { started }, to: { memory } }) =>
  started.some(
    ({ name, input }) =>
      (name === 'exchange offer' || name === 'apply answer') && (input as { offer: number }).offer !== memory.made,
  ) && `the offer that was made last is ${memory.made}`

/** An offer is a token: its answer is applied once. */
export const anOfferIsAnsweredOnce: OfNegotiation = (edge) =>
  startedOf(edge as never, 'apply answer').length > 0 && edge.from?.memory.used === true && 'it was answered already'

/** In `manual` mode there are the first round of a generation and those of the application. */
export const inManualModeNoRoundBeginsByItself: OfNegotiation = (edge) =>
  edge.to.context.mode === 'manual' &&
  startedOf(edge as never, 'create offer').length > 0 &&
  edge.step.stimulus.event.type !== 'generation.opened' &&
  edge.to.context.signalling !== 'application' &&
  'a round begins'

/** A round over the channel begins because lines wait for it, and the channel is open. */
export const aLaterRoundHasACause: OfNegotiation = (edge) => {
  const { signalling, channel, lines, negotiated } = edge.to.context
  return (
    startedOf(edge as never, 'create offer').length > 0 &&
    signalling === 'channel' &&
    !(channel === 'open' && lines.length > negotiated) &&
    'there is none'
  )
}

/** Whoever asked for a round by hand and was not answered waits, in the order of asking, and is answered once. */
export const noCallerIsForgotten: OfNegotiation = ({ to: { context, memory } }) =>
  context.waiting.join() !== memory.asked.join() &&
  `not answered: ${memory.asked.join() || 'none'}, waiting: ${context.waiting.join() || 'none'}`

/** Where there is no peer connection nobody waits for a round. */
export const nobodyWaitsInDormant: OfNegotiation = ({ to: { state, context } }) =>
  state === 'dormant' && context.waiting.length > 0 && `${context.waiting.length} wait`

/** Between two rounds there is no offer that an answer could be taken for. */
export const anOfferEndsWithItsRound: OfNegotiation = ({ to: { state, context } }) =>
  /^(stable|coolingDown|rollingBack)$/.test(state) && context.offer !== undefined && `offer ${context.offer.ordinal}`
