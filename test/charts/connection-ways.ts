import { facts } from '../../src/errors.js'
import { done, failed, late, type Play } from './table.js'

export const lost = facts('channel-closed', 'x', { phase: 'connected' })
export const refused = facts('gateway-refused', 'no', { phase: 'renegotiating' })
export const none = facts('no-gateway', 'none', { phase: 'selecting-gateway' })

export const of = (generation: number) => ({
  negotiated: { type: 'negotiation.done', generation, lines: 1 },
  refused: { type: 'negotiation.failed', generation, error: refused },
  open: { type: 'channel.open', generation },
  lost: { type: 'channel.lost', generation, error: lost },
  silent: { type: 'path.silent', generation },
  over: { type: 'farewell.over', generation },
  broken: { type: 'peer.broken', generation, error: facts('no-webrtc', 'none') },
  peer: (state: RTCPeerConnectionState) => ({ type: 'peer.state', generation, state }),
})
export const CONNECT = { type: 'connect' }
export const WOKE = { type: 'page.woke' }
export const probed = (report: object) => done('probe path', { alive: false, ...report })

export const attempt = (begin: readonly Play[], generation: number) => {
  const { negotiated, open, peer } = of(generation)
  const selecting = [...begin]
  const negotiating = [...selecting, done('select gateway')]
  const direct = [...negotiating, negotiated]
  const trickling = [...direct, late('candidates are needed')]
  const opening = [...direct, peer('connected')]
  return { selecting, negotiating, direct, trickling, opening, connected: [...opening, open] }
}

/** The ways into the states, each the one before and a step more. */
export const FIRST = attempt([CONNECT], 1)
export const STABLE = FIRST.connected
export const SUSPECT = [...STABLE, of(1).silent]
export const REVIVING = [...SUSPECT, probed({ session: 'held' })]
export const RESUMING = [...SUSPECT, probed({ session: 'held', revivable: false, resumable: true })]
export const PARTING = [...SUSPECT, probed({ session: 'gone' })]
export const WAITING = [...PARTING, of(1).over]
export const NEXT = attempt([...WAITING, { type: 'attempt.due' }], 2)
export const FAILED = [...FIRST.selecting, failed('select gateway', none)]

export const REJOINING = 'reconnecting.rejoining'
export const ATTEMPTING = `${REJOINING}.attempting`

export const WAYS: [state: string, way: readonly Play[], generation: number][] = [
  ['new', [], 0],
  ['connecting.selectingGateway', FIRST.selecting, 1],
  ['connecting.negotiating', FIRST.negotiating, 1],
  ['connecting.establishing.direct', FIRST.direct, 1],
  ['connecting.establishing.trickling', FIRST.trickling, 1],
  ['connecting.openingChannel', FIRST.opening, 1],
  ['connected.stable', STABLE, 1],
  ['connected.suspect', SUSPECT, 1],
  ['reconnecting.reviving', REVIVING, 1],
  ['reconnecting.resuming', RESUMING, 1],
  [`${REJOINING}.parting`, PARTING, 1],
  [`${REJOINING}.waiting`, WAITING, 1],
  [`${ATTEMPTING}.selectingGateway`, NEXT.selecting, 2],
  [`${ATTEMPTING}.negotiating`, NEXT.negotiating, 2],
  [`${ATTEMPTING}.establishing.direct`, NEXT.direct, 2],
  [`${ATTEMPTING}.establishing.trickling`, NEXT.trickling, 2],
  [`${ATTEMPTING}.openingChannel`, NEXT.opening, 2],
  ['connected.stable', NEXT.connected, 2],
  ['failed', FAILED, 1],
]
