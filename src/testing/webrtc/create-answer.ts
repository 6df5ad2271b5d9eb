import { takesChannels } from './channel-line.js'
import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import { answeredLine, channelLine, rejectedLine, type Footing } from './lines.js'
import { taggedLine } from './path.js'
import type { Section } from './section.js'
import { withCandidates, writeDescription } from './sdp-write.js'

/** Who is DTLS client (JSEP 5.3.1, RFC 8842 section 5.3): the answerer, unless the offerer says so or it is settled. */
const setupOf = (connection: Connection, offered: string | undefined): string => {
  if (offered === 'active') return 'passive'
  const role = connection.path.transport?.dtls.role
  return role === 'server' && offered !== 'passive' ? 'passive' : 'active'
}

const answered = (connection: Connection, offered: Section, footing: Footing): Section => {
  const { kind, mid, rejected } = offered
  if (rejected) return rejectedLine(kind, mid)
  if (kind === 'application')
    return takesChannels(connection, mid) ? channelLine(mid, footing) : rejectedLine(kind, mid)
  const transceiver = connection.transceiverOf(mid)
  // Who is only stopping answers as inactive: the end of a line is offered, not answered (webrtc-pc 5.4, stop()).
  return transceiver && !transceiver.stopped
    ? answeredLine(connection, transceiver, offered, footing)
    : rejectedLine(kind, mid)
}

/** createAnswer (webrtc-pc 4.4.2, JSEP 5.3). */
export const createAnswer = (connection: Connection): string => {
  const offer = connection.remote
  if (!offer || !['have-remote-offer', 'have-local-pranswer'].includes(connection.signalingState))
    throw refusal('InvalidStateError', `an answer cannot be made in ${connection.signalingState}`)
  connection.assertWhole()
  const { path } = connection
  const footing = {
    ice: path.credentials(path.remoteRestarts, false),
    fingerprint: path.fingerprint,
    setup: setupOf(connection, taggedLine(offer)?.setup),
  }
  const lines = offer.sections.map((section) => answered(connection, section, footing))
  const sdp = writeDescription(lines, { id: connection.number, version: (connection.versions += 1) })
  // JSEP 5.2.2, 5.3.2: what has been gathered so far is in it.
  return withCandidates(sdp, path.candidates(footing.ice.ufrag))
}
