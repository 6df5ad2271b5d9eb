import type { CandidateWhat } from './calls.js'
import { outcomeOf } from './outcome.js'
import { otherOf, type Pair, type Side } from './pair.js'

const HOST = 'candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host'

const odd: Record<Exclude<CandidateWhat, 'all'>, RTCIceCandidateInit | null> = {
  rubbish: { candidate: 'candidate:hello', sdpMid: '0' },
  'no line': { candidate: HOST },
  'unknown mid': { candidate: HOST, sdpMid: 'nobody' },
  'index too high': { candidate: HOST, sdpMLineIndex: 99 },
  'unknown ufrag': { candidate: HOST, sdpMLineIndex: 0, usernameFragment: 'nobody' },
  end: { candidate: '', sdpMid: '0' },
  null: null,
}

/** What the far side has found so far, one by one, or something odd. */
export const addCandidates = async (pair: Pair, side: Side, what: CandidateWhat): Promise<string> => {
  const add = (init: RTCIceCandidateInit | null, notes = true) =>
    outcomeOf(pair, side, () => side.pc.addIceCandidate(init), undefined, notes)
  if (what !== 'all') return add(odd[what])
  const outcomes = new Set<string>()
  for (const { candidate, sdpMid, sdpMLineIndex } of otherOf(pair, side).candidates.splice(0))
    outcomes.add(await add({ candidate, sdpMid, sdpMLineIndex }, false))
  return [...outcomes].join(' and ') || 'no candidates'
}
