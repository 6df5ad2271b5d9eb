import { refusal } from './errors.js'
import type { Quirks } from './quirks.js'

/** Bytes of a label or protocol, RFC 8832 section 5.1. */
const TEXT_MOST = 65_535
/** RFC 8831 section 6.5: 65535 is not a stream that can be used. */
const ID_MOST = 65_534

/** What a stack takes and how it refuses, where it differs. */
type ChannelQuirks = Partial<Pick<Quirks, 'idError' | 'negotiatesWithoutId'>>

/** How a channel was asked for, with the defaults of webrtc-pc 6.2. */
export interface ChannelInit {
  readonly ordered: boolean
  readonly maxPacketLifeTime: number | null
  readonly maxRetransmits: number | null
  readonly protocol: string
  readonly negotiated: boolean
  readonly id: number | null
}

const bytes = (text: string): number => new TextEncoder().encode(text).length

const NO_ID = 'a negotiated channel needs an id'
const HIGH_ID = 'an id is at most 65534'

const MESSAGES: readonly [string, (label: string, init: ChannelInit) => boolean][] = [
  ['the label is too long', (label) => bytes(label) > TEXT_MOST],
  ['the protocol is too long', (_, { protocol }) => bytes(protocol) > TEXT_MOST],
  [NO_ID, (_, { negotiated, id }) => negotiated && id === null],
  [
    'maxPacketLifeTime and maxRetransmits exclude one another',
    (_, { maxPacketLifeTime, maxRetransmits }) => maxPacketLifeTime !== null && maxRetransmits !== null,
  ],
  [HIGH_ID, (_, { id }) => id !== null && id > ID_MOST],
]

/** createDataChannel (webrtc-pc 6.1), steps 5 to 19: what was asked for, or a TypeError. */
export const channelInit = (label: string, given: RTCDataChannelInit = {}, quirks: ChannelQuirks = {}): ChannelInit => {
  const { ordered = true, maxPacketLifeTime, maxRetransmits, protocol = '', negotiated = false, id } = given
  const init: ChannelInit = {
    ordered,
    maxPacketLifeTime: maxPacketLifeTime ?? null,
    maxRetransmits: maxRetransmits ?? null,
    protocol,
    negotiated,
    // Step 12: without `negotiated` an id is ignored.
    id: negotiated ? (id ?? null) : null,
  }
  const broken = MESSAGES.find(
    ([message, breaks]) => breaks(label, init) && !(message === NO_ID && quirks.negotiatesWithoutId),
  )
  if (broken)
    throw broken[0] === HIGH_ID && quirks.idError ? refusal(quirks.idError, broken[0]) : new TypeError(broken[0])
  return init
}

/** Step 20: no two channels have one id. */
export const takenId = (id: number): DOMException => refusal('OperationError', `the id ${id} is in use`)

/** The id of a channel that was opened without one (RFC 8832 section 6): even for the DTLS client, odd for the server. */
export const freeId = (role: 'client' | 'server', taken: ReadonlySet<number>, most: number): number | undefined => {
  for (let id = role === 'client' ? 0 : 1; id < most; id += 2) if (!taken.has(id)) return id
  return undefined
}

/** What both sides take in one message (webrtc-pc 6.1.1.3): 0 in a description means no bound (RFC 8841 section 6.1). */
export const maxMessageSize = (remote: number | undefined, canSend: number): number => {
  const said = remote ?? 65_536
  if (said === 0) return canSend === 0 ? Number.POSITIVE_INFINITY : canSend
  return canSend === 0 ? said : Math.min(said, canSend)
}
