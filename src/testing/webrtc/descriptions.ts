import type { Connection } from './connection.js'
import { createAnswer } from './create-answer.js'
import { createOffer, offerState } from './create-offer.js'
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

/** A description, read; or what a stack throws at what is none. */
export const readOrRefuse = ({ quirks }: Connection, type: RTCSdpType, sdp: string): Description => {
  try {
    return readDescription(type, sdp)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw quirks.parsesAsTypeError ? new TypeError(error.message) : refusal('OperationError', error.message)
  }
}

/** The descriptions that were made last. */
export type Made = Pick<Connection, 'lastOffer' | 'lastAnswer'>

/** A description that the state calls for (webrtc-pc setLocalDescription, step 4.2). */
export const describedBy = (
  connection: Connection,
): RTCLocalSessionDescriptionInit & { type: RTCSdpType; sdp: string } => {
  connection.assertWhole()
  const offers = ['stable', 'have-local-offer', 'have-remote-pranswer'].includes(connection.signalingState)
  const type = offers ? 'offer' : 'answer'
  return { type, sdp: filled(connection, type, false) }
}

/** setLocalDescription (webrtc-pc 4.4.2), in its task; `own`: it was made for this call. */
export const setLocal = (
  connection: Connection,
  given: RTCLocalSessionDescriptionInit & { readonly type?: RTCSdpType },
  known: Made,
  own = false,
): void => {
  connection.assertWhole()
  const { type } = given as { type: RTCSdpType }
  const to = (): RTCSignalingState => {
    const state = nextState(connection.signalingState, 'local', type)
    if (!state) throw wrongState('local', type, connection.signalingState)
    return state
  }
  if (type === 'rollback') return set(connection, 'local', undefined, to())
  const { quirks } = connection
  const { lastOffer, lastAnswer } = connection.quirks.comparesAtOnce ? known : connection
  const made = type === 'offer' ? lastOffer : lastAnswer
  // An empty text means the one that was made last; no type means a new one.
  const sdp = given.sdp || filled(connection, type, true)
  const description = readOrRefuse(connection, type, sdp)
  if (type === 'offer' && quirks.keepsCreated) validateLocal(description, connection.local, quirks.orderError)
  // What is set is what was made, and that comes before the state.
  if (!own && given.sdp && (!made || !isSame(description, readDescription(type, made))))
    throw refusal('InvalidModificationError', 'the SDP does not match the previously generated SDP for this type')
  const state = to()
  assertBundled(connection, description)
  assertKinds(connection, description)
  if (type === 'offer') validateLocal(description, connection.local, connection.quirks.orderError)
  set(connection, 'local', description, state)
}

/** What a description leaves behind that libwebrtc gives up at: the stack takes no other after it. */
const refuse = (connection: Connection, description: Description): void => {
  const { quirks, descriptions } = connection
  connection.broken = quirks.emptyOffer
  if (quirks.keepsRefusedOffer) descriptions.pendingLocal = description
  if (quirks.showsRefusedOffer) connection.refused = description
}

/** What libwebrtc asks for by `max-bundle`: a BUNDLE group, even of an offer without any line. */
const assertBundled = (connection: Connection, description: Description): void => {
  const { quirks, settings } = connection
  if (!quirks.emptyOffer || settings.bundlePolicy !== 'max-bundle' || description.bundle.length > 0) return
  refuse(connection, description)
  throw refusal(quirks.emptyOffer, 'max-bundle configured but session description has no BUNDLE group')
}

/** A stopped transceiver that still has its line from before takes one of another kind for its own: libwebrtc gives up. */
const assertKinds = (connection: Connection, description: Description): void => {
  const { sections } = description
  const { quirks, transceivers } = connection
  if (!quirks.stoppedKeepsLine) return
  const wrong = sections.some((section, at) => {
    const known = section.kind === 'application' || transceivers.some(({ mid }) => mid === section.mid)
    const taker = known ? undefined : transceivers.find(({ mid, offeredAt }) => mid === null && offeredAt === at)
    return taker !== undefined && taker.kind !== section.kind
  })
  if (!wrong) return
  refuse(connection, description)
  throw refusal(connection.broken ?? 'OperationError', 'Transceiver type does not match media description type.')
}

/** What a description without a text is (webrtc-pc setLocalDescription, steps 4.4 to 4.6). */
const filled = (connection: Connection, type: RTCSdpType, typed: boolean): string => {
  const { quirks, lastOffer, lastAnswer, lastMade } = connection
  if (quirks.fillsEmpty === 'the last of any type') return lastMade
  const made = type === 'offer' ? lastOffer : lastAnswer
  const usable = typed || (type === 'offer' && connection.offeredFrom === offerState(connection))
  return (usable && made) || fresh(connection, type)
}

/** Made for this call alone: the application's own stays what was made last. */
const fresh = (connection: Connection, type: RTCSdpType): string =>
  type === 'offer' ? createOffer(connection) : createAnswer(connection)

/** setRemoteDescription (webrtc-pc 4.4.2), in its task. */
export const setRemote = (connection: Connection, { type, sdp = '' }: RTCSessionDescriptionInit): void => {
  const { signalingState, quirks } = connection
  connection.assertWhole()
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
  if (quirks.keepsRefusedOffer && type === 'offer' && description.bundle.length === 0)
    connection.descriptions.pendingRemote = description
  validate({
    description,
    offer: answers ? connection.local : undefined,
    before: answers ? undefined : (currentRemote ?? currentLocal),
    codecs: connection.abilities.codecs,
    takesAnyDirection: quirks.takesAnyDirection,
    needsBundle: quirks.refusesEmptyRemote && connection.settings.bundlePolicy === 'max-bundle',
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
  connection.sets += 1
  if (before === 'stable') keepStable(connection)
  if (description) place(connection, side, description)
  else rollBack(connection, effects)
  connection.signalingState = state
  if (description) {
    if (side === 'local') applyLocal(connection, description, effects)
    else applyRemote(connection, description, effects)
    if (side === 'local' && connection.quirks.numbersAtOffer) connection.channels.describe(description)
    if (description.type !== 'offer') join(connection)
  }
  if (state === 'stable') settle(connection)
  const { rollbackNegotiates, negotiatesFirst } = connection.quirks
  const told = description || glare ? 'queued' : rollbackNegotiates
  if (told === 'before its event') tellNegotiation(connection)
  if (state !== before) connection.fire('signalingstatechange')
  if (told === 'behind its event') tellNegotiation(connection)
  effects.tell(connection)
  if (description && state === 'stable' && negotiatesFirst) tellNegotiation(connection)
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
  else path.learn(description)
  connection.offeredFirst ??= side === 'local'
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
