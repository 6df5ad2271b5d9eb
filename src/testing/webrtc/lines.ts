import { common, commonExtensions, numbered, wanted } from './codec-matching.js'
import type { Connection } from './connection.js'
import { both, receives, reversed, sends, type Direction } from './directions.js'
import type { IceCredentials } from '../transport/ice-agent.js'
import type { Rid, Section } from './section.js'
import type { Transceiver } from './transceiver.js'

/** Bytes of a message that this stack takes, as browsers say (RFC 8841 section 6.1). */
export const LOCAL_MAX_MESSAGE_SIZE = 262_144

/** What every line of a description being made has of the transport. */
export interface Footing {
  readonly ice: IceCredentials
  readonly fingerprint: string
  readonly setup: string
}

const EMPTY = {
  codecs: [],
  extensions: [],
  msids: [],
  rids: [],
  sources: undefined,
  rtcpMux: true,
  sctpPort: undefined,
  maxMessageSize: undefined,
  candidates: [],
}

/** A line that is not used, or no longer (JSEP 5.2.2, 5.3.1: port 0). */
export const rejectedLine = (kind: string, mid: string): Section => ({
  ...EMPTY,
  kind,
  mid,
  rejected: true,
  direction: 'inactive',
  ice: undefined,
  fingerprint: undefined,
  setup: undefined,
})

/** The data channel's line (JSEP 5.2.1). */
export const channelLine = (mid: string, footing: Footing): Section => ({
  ...EMPTY,
  ...footing,
  kind: 'application',
  mid,
  rejected: false,
  direction: 'sendrecv',
  sctpPort: 5_000,
  maxMessageSize: LOCAL_MAX_MESSAGE_SIZE,
})

/** What a line says of the sender; in browsers it is left out where nothing is to be sent and never was. */
const sending = ({ sender, everSent }: Transceiver, direction: Direction): Pick<Section, 'msids' | 'sources'> => {
  if (!sends(direction) && !everSent) return { msids: [], sources: undefined }
  const streams = sender.streamIds.length > 0 ? sender.streamIds : ['-']
  return {
    msids: streams.map((stream) => ({ stream, track: sender.trackId })),
    // Layers are told apart by their rids; sources would be of one only (RFC 8853 section 5.5).
    sources: sends(direction) && sender.encodings.length === 1 ? sender.sources : undefined,
  }
}

const layers = ({ sender }: Transceiver, direction: Direction): Rid[] =>
  sends(direction) && sender.encodings.length > 1
    ? sender.encodings.map(({ rid = '' }) => ({ id: rid, direction: 'send' }))
    : []

/** The line of a transceiver in an offer (JSEP 5.2.1, 5.2.2). */
export const offeredLine = (
  connection: Connection,
  transceiver: Transceiver,
  mid: string,
  footing: Footing,
): Section => {
  const { direction: wish } = transceiver
  const direction: Direction = wish === 'stopped' ? 'inactive' : wish
  const { kind, preferences } = transceiver
  return {
    ...EMPTY,
    ...footing,
    kind,
    mid,
    rejected: false,
    direction,
    codecs: numbered(wanted(connection.abilities.codecs[kind], kind, preferences), connection.payloads),
    extensions: connection.abilities.extensions[kind].map(({ uri, value }) => ({
      uri,
      value: connection.extensions.numberOf(uri, value),
    })),
    rids: layers(transceiver, direction),
    ...sending(transceiver, direction),
  }
}

/** The line of a transceiver in an answer (JSEP 5.3.1). */
export const answeredLine = (
  { abilities }: Connection,
  transceiver: Transceiver,
  offered: Section,
  footing: Footing,
): Section => {
  const { kind, preferences } = transceiver
  const codecs = common(abilities.codecs[kind], kind, offered.codecs, preferences)
  if (codecs.length === 0) return rejectedLine(kind, offered.mid)
  const direction = both(transceiver.direction, reversed(offered.direction))
  const wished = offered.rids.filter((rid) => rid.direction === 'send' && receives(direction))
  return {
    ...EMPTY,
    ...footing,
    kind,
    mid: offered.mid,
    rejected: false,
    direction,
    codecs,
    extensions: commonExtensions(abilities.extensions[kind], offered.extensions),
    rids:
      wished.length > 0
        ? wished.map(({ id }) => ({ id, direction: 'recv' }))
        : layers(transceiver, direction).filter(({ id }) =>
            offered.rids.some((rid) => rid.id === id && rid.direction === 'recv'),
          ),
    // Whose streams these are is said whether the offerer wants to receive them or not: what counts is the wish to send.
    ...sending(transceiver, transceiver.direction as Direction),
  }
}
