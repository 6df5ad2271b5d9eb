import type { Call, LocalWhat, RemoteWhat, Step } from './calls.js'
import { addCandidates } from './candidates.js'
import { channelCall } from './channel-calls.js'
import { lineCall } from './line-calls.js'
import { outcomeOf } from './outcome.js'
import { otherOf, type Pair, type Side } from './pair.js'
import { readStats } from './read-stats.js'

type Description = RTCSessionDescriptionInit

/** Makes a call of a sequence; what it came to. */
export const perform = async (pair: Pair, { on, ...call }: Step): Promise<string> => make(pair, pair[on], call)

const make = async (pair: Pair, side: Side, call: Call): Promise<string> => {
  switch (call.op) {
    case 'createOffer':
      return createOffer(pair, side, call.restart)
    case 'createAnswer':
      return createAnswer(pair, side)
    case 'setLocal':
      return setLocal(pair, side, call.what)
    case 'setRemote':
      return setRemote(pair, side, call.what)
    case 'addIceCandidate':
      return addCandidates(pair, side, call.what)
    case 'restartIce':
      return outcomeOf(pair, side, () => side.pc.restartIce())
    case 'getStats':
      return readStats(pair, side, call.of)
    case 'close':
      side.closed = true
      return outcomeOf(pair, side, () => side.pc.close())
    case 'next':
      return next(pair, side)
    case 'round':
      return round(pair, side, call.candidates)
    case 'glare':
      return glare(pair, side)
    case 'at once':
      return (await Promise.all(call.calls.map((one) => make(pair, side, one)))).join(', ')
    case 'createDataChannel':
    case 'send':
    case 'close channel':
      return channelCall(pair, side, call)
    default:
      return lineCall(pair, side, call)
  }
}

const createOffer = (pair: Pair, side: Side, iceRestart = false): Promise<string> =>
  outcomeOf(
    pair,
    side,
    () => side.pc.createOffer(iceRestart ? { iceRestart } : {}),
    (made) => void side.offers.push(made),
  )

const createAnswer = (pair: Pair, side: Side): Promise<string> =>
  outcomeOf(
    pair,
    side,
    () => side.pc.createAnswer(),
    (made) => void side.answers.push(made),
  )

const setLocal = async (pair: Pair, side: Side, what: LocalWhat): Promise<string> => {
  const set = (description?: RTCLocalSessionDescriptionInit) =>
    outcomeOf(pair, side, () => side.pc.setLocalDescription(description))
  if (what === 'by itself') return describe(pair, side)
  if (what === 'rollback') return set({ type: 'rollback' })
  if (what === 'empty offer') return set({ type: 'offer', sdp: '' })
  const made = what === 'answer' || what === 'pranswer' ? side.answers : side.offers
  const description = what === 'stale offer' ? made.at(-2) : made.at(-1)
  if (!description) return 'nothing to set'
  return set({ type: what === 'pranswer' ? 'pranswer' : (description.type as RTCSdpType), sdp: description.sdp ?? '' })
}

/** setLocalDescription() without a description, or in two calls where a stack wants one. */
const describe = async (pair: Pair, side: Side): Promise<string> => {
  if (side.stack.describesItself) return outcomeOf(pair, side, () => side.pc.setLocalDescription())
  const answers = side.pc.signalingState === 'have-remote-offer' || side.pc.signalingState === 'have-local-pranswer'
  const made = await (answers ? createAnswer(pair, side) : createOffer(pair, side))
  return made === 'done' ? setLocal(pair, side, answers ? 'answer' : 'offer') : made
}

const setRemote = async (pair: Pair, side: Side, what: RemoteWhat): Promise<string> => {
  const description = remote(side, otherOf(pair, side), what)
  return description ? outcomeOf(pair, side, () => side.pc.setRemoteDescription(description)) : 'nothing to set'
}

const remote = (side: Side, other: Side, what: RemoteWhat): Description | undefined => {
  const whole = (description: Description | null | undefined, type = description?.type): Description | undefined =>
    description ? { type: type as RTCSdpType, sdp: description.sdp ?? '' } : undefined
  const made = other.offers.at(-1)
  switch (what) {
    case 'local':
      return whole(other.pc.localDescription)
    case 'own':
      return whole(side.pc.localDescription)
    case 'offer':
      return whole(made)
    case 'answer':
    case 'pranswer':
      return whole(other.answers.at(-1), what)
    case 'rollback':
      return { type: 'rollback', sdp: '' }
    case 'rubbish':
      return { type: 'offer', sdp: 'hello' }
    case 'no fingerprint':
      return made && { type: 'offer', sdp: (made.sdp ?? '').replace(/^a=fingerprint.*\r\n/gm, '') }
    case 'no type':
      return { sdp: made?.sdp ?? '' } as Description
  }
}

/** Nothing that a line could be offered for. An empty offer is refused by both real stacks, and breaks them. */
const isEmpty = ({ pc, channels }: Side): boolean =>
  pc.getTransceivers().length === 0 && channels.length === 0 && !pc.remoteDescription

/** Offer and answer between two ends, as the states call for. */
const next = async (pair: Pair, side: Side): Promise<string> => {
  const other = otherOf(pair, side)
  const [mine, theirs] = [side.pc.signalingState, other.pc.signalingState]
  if (mine === 'closed') return 'closed'
  if (mine === 'stable') {
    if (theirs === 'have-local-offer') return setRemote(pair, side, 'local')
    return isEmpty(side) ? 'nothing to offer' : describe(pair, side)
  }
  if (mine === 'have-remote-offer' || mine === 'have-local-pranswer') return describe(pair, side)
  if (theirs === 'stable' && other.pc.localDescription?.type === 'answer') return setRemote(pair, side, 'local')
  if (theirs === 'have-remote-offer') return 'waits'
  return setLocal(pair, side, 'rollback')
}

const round = async (pair: Pair, side: Side, candidates: 'in it' | 'apart'): Promise<string> => {
  if (isEmpty(side)) return 'nothing to offer'
  const other = otherOf(pair, side)
  const apart = candidates === 'apart'
  const steps = [
    () => createOffer(pair, side),
    () => setLocal(pair, side, 'offer'),
    () => setRemote(pair, other, apart ? 'offer' : 'local'),
    () => createAnswer(pair, other),
    () => setLocal(pair, other, 'answer'),
    () => setRemote(pair, side, apart ? 'answer' : 'local'),
  ]
  const outcomes: string[] = []
  for (const step of steps) {
    const outcome = await step()
    outcomes.push(outcome)
    if (outcome !== 'done') return outcomes.join(', ')
    // With candidates in it: not before they were found.
    if (!apart) await side.stack.quiet(pair)
  }
  await side.stack.quiet(pair)
  for (const one of [side, other]) outcomes.push(await addCandidates(pair, one, 'all'))
  return outcomes.join(', ')
}

const glare = async (pair: Pair, side: Side): Promise<string> => {
  const other = otherOf(pair, side)
  if (isEmpty(side) || isEmpty(other)) return 'nothing to offer'
  const outcomes = [await describe(pair, side), await describe(pair, other)]
  await side.stack.quiet(pair)
  if (other.pc.signalingState === 'have-local-offer') {
    outcomes.push(await setRemote(pair, side, 'local'))
    if (side.pc.signalingState === 'have-remote-offer') {
      outcomes.push(await describe(pair, side))
      await side.stack.quiet(pair)
      outcomes.push(await setRemote(pair, other, 'local'))
    }
  }
  return outcomes.join(', ')
}
