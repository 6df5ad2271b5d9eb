import type { Connection } from './connection.js'
import { createAnswer } from './create-answer.js'
import { createOffer } from './create-offer.js'
import { refusal } from './errors.js'
import { associatedLines } from './missing-mids.js'
import { isNegotiationNeeded, updateNegotiationNeeded } from './negotiation-needed.js'
import { applyLocal } from './local-lines.js'
import { Effects } from './remote-tracks.js'
import { applyRemote } from './remote-lines.js'
import { keepStable, rollBack } from './roll-back.js'
import { readDescription, Unreadable } from './sdp-read.js'
import type { Description } from './section.js'
import { nextState, type Side } from './signaling-states.js'
import { isSame, validate, validateLocal } from './validate.js'

const wrongState = (side: Side, type: string, state: string): DOMException =>
  refusal('InvalidStateError', `Failed to set ${side} ${type} sdp: Called in wrong state: ${state}`)

const readOrRefuse = ({ quirks }: Connection, type: RTCSdpType, sdp: string): Description => {
  try {
    return readDescription(type, sdp)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw quirks.parsesAsTypeError ? new TypeError(error.message) : refusal('OperationError', error.message)
  }
}

/** setLocalDescription (webrtc-pc 4.4.2), in its task: makes what is not given, and sets it. */
export const setLocal = (connection: Connection, given: RTCLocalSessionDescriptionInit): void => {
  // Without a type: what the state calls for.
  const offers = ['stable', 'have-local-offer', 'have-remote-pranswer'].includes(connection.signalingState)
  const type = given.type ?? (offers ? 'offer' : 'answer')
  const to = (): RTCSignalingState => {
    const state = nextState(connection.signalingState, 'local', type)
    if (!state) throw wrongState('local', type, connection.signalingState)
    return state
  }
  if (type === 'rollback') return set(connection, 'local', undefined, to())
  const made = type === 'offer' ? connection.lastOffer : connection.lastAnswer
  // An empty text means the one that was made last; no type means a new one.
  const sdp = given.sdp || (given.type && made) || fresh(connection, type)
  const description = readOrRefuse(connection, type, sdp)
  // What is set is what was made, and that comes before the state.
  if (given.sdp && (!made || !isSame(description, readDescription(type, made))))
    throw refusal('InvalidModificationError', 'the SDP does not match the previously generated SDP for this type')
  const state = to()
  if (type === 'offer') validateLocal(description, connection.local, connection.quirks.orderError)
  set(connection, 'local', description, state)
}

const fresh = (connection: Connection, type: RTCSdpType): string =>
  type === 'offer' ? createOffer(connection) : createAnswer(connection)

/** setRemoteDescription (webrtc-pc 4.4.2), in its task. */
export const setRemote = (connection: Connection, { type, sdp = '' }: RTCSessionDescriptionInit): void => {
  const { signalingState, quirks } = connection
  const to = nextState(signalingState, 'remote', type)
  if (type === 'rollback') {
    if (!to) throw wrongState('remote', type, signalingState)
    return set(connection, 'remote', undefined, to)
  }
  const read = readOrRefuse(connection, type, sdp)
  // Step 2 of the operation: an offer that meets one of our own rolls it back.
  const glare = type === 'offer' && signalingState === 'have-local-offer' && quirks.rollsBackByItself
  const state = glare ? 'have-remote-offer' : to
  if (!state) throw wrongState('remote', type, signalingState)
  const answers = type === 'answer' || type === 'pranswer'
  const description = associatedLines(connection, read, answers ? connection.local : undefined)
  const { currentLocal, currentRemote } = connection.descriptions
  validate({
    description,
    offer: answers ? connection.local : undefined,
    before: answers ? undefined : (currentRemote ?? currentLocal),
    codecs: connection.abilities.codecs,
  })
  if (glare) set(connection, 'local', undefined, 'stable', true)
  if (!connection.closed) set(connection, 'remote', description, state)
}

/** Sets a description, or rolls back without one (webrtc-pc 4.4.1.5): first all state, then all events. */
const set = (
  connection: Connection,
  side: Side,
  description: Description | undefined,
  state: RTCSignalingState,
  glare = false,
): void => {
  const effects = new Effects()
  const before = connection.signalingState
  if (before === 'stable') keepStable(connection)
  if (description) place(connection, side, description)
  else rollBack(connection, effects)
  connection.signalingState = state
  if (description) {
    if (side === 'local') applyLocal(connection, description, effects)
    else applyRemote(connection, description, effects)
    if (description.type !== 'offer') join(connection)
  }
  if (state === 'stable') settle(connection)
  const told = description || glare ? 'queued' : connection.quirks.rollbackNegotiates
  if (told === 'before its event') tellNegotiation(connection)
  if (state !== before) connection.fire('signalingstatechange')
  if (told === 'behind its event') tellNegotiation(connection)
  effects.tell(connection)
  if (!connection.closed) connection.pump.look()
}

/** As the real stacks do: within the rollback. */
const tellNegotiation = (connection: Connection): void => {
  if (connection.closed || !isNegotiationNeeded(connection)) return
  connection.negotiationNeeded = true
  connection.fire('negotiationneeded')
}

/** The slots of the descriptions. */
const place = (connection: Connection, side: Side, description: Description): void => {
  const { descriptions, path } = connection
  if (side === 'remote') connection.trickles = description.trickle
  if (description.type === 'answer') {
    const local = side === 'local' ? description : descriptions.pendingLocal
    const remote = side === 'remote' ? description : descriptions.pendingRemote
    Object.assign(descriptions, {
      currentLocal: local,
      currentRemote: remote,
      pendingLocal: undefined,
      pendingRemote: undefined,
    })
    if (!connection.quirks.keepsCreated) {
      connection.lastOffer = ''
      connection.lastAnswer = ''
    }
    path.settle()
  } else if (side === 'local') descriptions.pendingLocal = description
  else descriptions.pendingRemote = description
  if (side === 'local') path.describe(description)
}

/** Both sides have said what they want: the path and the channels can come up. */
const join = (connection: Connection): void => {
  const { local, remote, path, channels } = connection
  if (!local || !remote) return
  path.join(local, remote)
  channels.join(local, remote)
}

/** The stable state is reached: what was stopped goes, and the check is made anew. */
const settle = (connection: Connection): void => {
  const { currentLocal, currentRemote } = connection.descriptions
  const rejected = (mid: string | null) =>
    [currentLocal, currentRemote].some((one) => one?.sections.some((line) => line.mid === mid && line.rejected))
  for (const transceiver of connection.transceivers) {
    transceiver.madeByRemote = false
    if (transceiver.stopped && rejected(transceiver.mid)) transceiver.mid = null
  }
  connection.transceivers = connection.transceivers.filter(({ stopped, mid }) => !stopped || mid !== null)
  connection.stable.clear()
  connection.negotiationNeeded = false
  updateNegotiationNeeded(connection)
}
