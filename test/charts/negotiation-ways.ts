import { facts } from '../../src/errors.js'
import { done, failed, type Play } from './table.js'

const line = (id: number) => ({ id, kind: 'video', role: 'receiver', owner: `receiver-${id}`, ordinal: id })
export const wanted = (count: number) => ({
  type: 'lines.wanted',
  lines: Array.from({ length: count }, (_, id) => line(id)),
})
export const made = (ordinal: number, lines: number) => done('create offer', { ordinal, bytes: 900, lines })
export const opened = (generation: number) => ({ type: 'generation.opened', generation })
export const asked = (ticket: number) => ({ type: 'hand.wanted', ticket })
export const OPEN = { type: 'channel.open', generation: 1 }
export const HELD = { type: 'channel.held', generation: 1 }
export const LOST = { type: 'channel.lost', generation: 1, error: facts('channel-closed', 'x') }
export const ENDED = { type: 'generation.ended', generation: 1 }

export const refused = facts('request-refused', 'no', { phase: 'offering' })
export const tooLarge = facts('offer-too-large', 'no', { phase: 'offering' })
export const broken = facts('internal', 'no', { phase: 'applying-answer' })

/** The ways into the states, each the one before and a step more. */
export const FIRST = [wanted(1), opened(1)]
export const FIRST_SENT = [...FIRST, made(1, 1)]
export const FIRST_ANSWERED = [...FIRST_SENT, done('exchange offer')]
export const STABLE: Play[] = [...FIRST_ANSWERED, done('apply answer'), OPEN]
export const LATER = [...STABLE, wanted(2)]
export const LATER_SENT = [...LATER, made(2, 2)]
export const LATER_ANSWERED = [...LATER_SENT, done('exchange offer')]
export const ROLLING_BACK = [...LATER_SENT, failed('exchange offer', refused)]
export const COOLING = [...ROLLING_BACK, done('roll back')]
export const HELD_UP = [...LATER_SENT, HELD]
export const HAND = [...STABLE, asked(7)]
export const BY_HAND = [...HAND, made(2, 1)]
export const HAND_ANSWERED = [...BY_HAND, { type: 'hand.answered', offer: 2 }]

export const WAYS: [state: string, way: Play[]][] = [
  ['dormant', []],
  ['offering', FIRST],
  ['awaitingAnswer', FIRST_SENT],
  ['applying', FIRST_ANSWERED],
  ['stable', STABLE],
  ['offering', LATER],
  ['awaitingAnswer', LATER_SENT],
  ['applying', LATER_ANSWERED],
  ['rollingBack', ROLLING_BACK],
  ['coolingDown', COOLING],
  ['awaitingPath', HELD_UP],
  ['offering', HAND],
  ['byHand', BY_HAND],
  ['applying', HAND_ANSWERED],
]
