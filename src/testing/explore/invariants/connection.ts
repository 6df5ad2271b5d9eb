import type { ConnectionContext } from '../../../machines/connection.machine.js'
import type { ConnectionState } from '../../../machines/ports.js'
import type { ConnectionMemory } from '../environments/connection.js'
import { CONNECTION_CHANGES } from '../environments/session.js'
import type { Invariant } from '../types.js'

type OfConnection = Invariant<ConnectionContext, ConnectionMemory>

/** Before `failed` or `closed` is told, the end of the generation was. */
export const theEndOfAGenerationIsToldFirst: OfConnection = ({ step: { told } }) => {
  const over = told.findIndex(
    ({ type, state }) => type === 'connection.changed' && /failed|closed/.test(state as string),
  )
  if (over < 0) return undefined
  const ended = told.slice(0, over).some(({ type, generation }) => {
    return type === 'generation.ended' && generation === told[over]?.generation
  })
  return !ended && 'the generation has not ended'
}

/** In `new`, `failed` and `closed` no generation is open, no actor runs and no timer is pending. */
export const nothingOutlivesAnAttempt: OfConnection = ({ to: { state, memory, actors, timers } }) =>
  /^(new|failed|closed)$/.test(state) &&
  (memory.open !== 0 || actors.length > 0 || timers.length > 0) &&
  `left: ${[memory.open && `generation ${memory.open}`, ...actors.map(({ name }) => name), ...timers].join(', ')}`

/** The connection tells its states in the order on which the session relies, each once. */
export const statesAreToldInOrder: OfConnection = ({ from, step: { told } }) => {
  let last: ConnectionState = from?.memory.state ?? 'new'
  for (const { type, state } of told) {
    if (type !== 'connection.changed') continue
    if (!CONNECTION_CHANGES[last].includes(state as ConnectionState)) return `${String(state)} after ${last}`
    last = state as ConnectionState
  }
  return undefined
}

/** `failed` is told with its reason. */
export const aFailureHasAReason: OfConnection = ({ step: { told } }) =>
  told.some((word) => word.type === 'connection.changed' && word.state === 'failed' && !word.error) && 'there is none'

/** The peer connection of the current generation runs from negotiating to the end of the generation, and no other. */
export const oneAttemptHasOnePeerConnection: OfConnection = ({ to: { state, context, actors } }) => {
  const running = actors.filter(({ name }) => name === 'peer connection').map(({ id }) => id)
  const wanted =
    /^(new|failed|closed|connecting\.selectingGateway|reconnecting\.rejoining\.(parting|waiting|attempting\.selectingGateway))$/.test(
      state,
    )
      ? []
      : [`peer-${context.generation}`]
  return running.join() !== wanted.join() && `in ${state}: ${running.join() || 'none'}`
}
