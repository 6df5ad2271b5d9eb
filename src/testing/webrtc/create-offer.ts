import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import { channelLine, offeredLine, rejectedLine, type Footing } from './lines.js'
import type { Section } from './section.js'
import { withCandidates, writeDescription } from './sdp-write.js'

/** A mid that no line has (JSEP 5.2.1); browsers number on at each createOffer, also for a line that was offered before. */
const freshMid = (connection: Connection): string => {
  const described = new Set(connection.local?.sections.map(({ mid }) => mid))
  for (;;) {
    const mid = String(connection.mids)
    connection.mids += 1
    if (!connection.knownMids.has(mid) && !described.has(mid)) return mid
  }
}

interface Existing {
  readonly lines: Section[]
  /** Positions that a new transceiver may take (JSEP 5.2.2, m-line recycling). */
  readonly free: number[]
}

/** JSEP 5.2.2: a line for each line that there is in one of the descriptions, in their order. */
const existing = (connection: Connection, footing: Footing): Existing => {
  const { local, remote, descriptions } = connection
  const length = Math.max(local?.sections.length ?? 0, remote?.sections.length ?? 0)
  const found: Existing = { lines: [], free: [] }
  for (let at = 0; at < length; at += 1) {
    const { kind, mid } = [local, remote].map((one) => one?.sections[at]).find((section) => section) as Section
    const was = [descriptions.currentLocal, descriptions.currentRemote].some((one) => one?.sections[at]?.rejected)
    const transceiver = connection.transceiverOf(mid)
    if (kind === 'application') found.lines.push(was ? rejectedLine(kind, mid) : channelLine(mid, footing))
    else if (transceiver && !transceiver.stopping) {
      transceiver.offeredAt = at
      found.lines.push(offeredLine(connection, transceiver, mid, footing))
    } else {
      // A line whose end is not negotiated yet is still somebody's.
      if (!transceiver || was) found.free.push(at)
      found.lines.push(rejectedLine(kind, mid))
    }
  }
  return found
}

/** What an offer was made of: as long as it is the same, the offer that was made last still tells it. */
export const offerState = ({ transceivers, path, sets, changes }: Connection): string =>
  JSON.stringify([transceivers.map(({ preferences }) => preferences), path.restarting, sets, changes])

/** createOffer (webrtc-pc 4.4.2, JSEP 5.2). */
export const createOffer = (connection: Connection, { iceRestart = false }: RTCOfferOptions = {}): string => {
  const { signalingState, quirks } = connection
  const early = quirks.offersBeforeAnswering && signalingState === 'have-remote-offer'
  if (signalingState !== 'stable' && signalingState !== 'have-local-offer' && !early)
    throw refusal('InvalidStateError', `an offer cannot be made in ${signalingState}`)
  connection.assertWhole()
  const { path } = connection
  const footing = { ice: path.credentials(iceRestart), fingerprint: path.fingerprint, setup: 'actpass' }
  const { lines, free } = existing(connection, footing)
  for (const transceiver of connection.transceivers) {
    if (transceiver.mid !== null || transceiver.stopping) continue
    const at = free.shift() ?? lines.length
    transceiver.offeredAt = at
    lines[at] = offeredLine(connection, transceiver, freshMid(connection), footing)
  }
  if (connection.channels.wanted && connection.channelMid === null)
    lines.push(channelLine(freshMid(connection), footing))
  const sdp = writeDescription(lines, { id: connection.number, version: (connection.versions += 1) })
  // JSEP 5.2.2, 5.3.2: what has been gathered so far is in it.
  return withCandidates(sdp, path.candidates(footing.ice.ufrag))
}
