import type { SenderInfo } from '../interfaces/connector.js'

/**
 * The registry of m-lines, as plain data: one line for each sender and receiver that was ever asked for, in the order
 * of the m-lines of every offer. Lines are only ever added: a stopped sender's line waits for its name, a stopped
 * receiver's line for the next receiver of its kind (never `transceiver.stop()`, never recycling: the server's answer
 * to both wedges the client).
 */
export interface Line {
  /** Position among the media lines. */
  readonly id: number
  readonly kind: 'audio' | 'video'
  readonly role: 'sender' | 'receiver'
  /** Id of the track that has it now; `null`: kept for a later one. */
  readonly owner: string | null
  /** Position among the receivers of its kind: what the server counts (`video_0`). -1 for senders. */
  readonly ordinal: number
  readonly sender?: SenderLine
}

/** What a sender's line says for the life of the session; `uuid` is the server's key and must not change. */
export interface SenderLine {
  /** What the gateway is told. */
  readonly info: SenderInfo
  readonly preferredCodecs: readonly string[]
}

/** The lines with one for this sender: its name's kept line, else a new one at the end. */
export const withSender = (lines: readonly Line[], owner: string, sender: SenderLine): Line[] => {
  const { kind, name } = sender.info
  const kept = lines.find(
    ({ owner: present, sender: its }) => !present && its?.info.kind === kind && its.info.name === name,
  )
  if (kept) return lines.map((line) => (line === kept ? { ...line, owner } : line))
  return [...lines, { id: lines.length, kind, role: 'sender', owner, ordinal: -1, sender }]
}

/** The lines with one for this receiver: the first free one of its kind, else a new one at the end. */
export const withReceiver = (lines: readonly Line[], owner: string | null, kind: Line['kind']): Line[] => {
  const ofKind = lines.filter((line) => line.role === 'receiver' && line.kind === kind)
  const free = owner ? ofKind.find((line) => !line.owner) : undefined
  if (free) return lines.map((line) => (line === free ? { ...line, owner } : line))
  return [...lines, { id: lines.length, kind, role: 'receiver', owner, ordinal: ofKind.length }]
}

/** The lines with at least this many for receivers, used or not. */
export const withReserve = (lines: readonly Line[], reserve: { audio: number; video: number }): Line[] => {
  let grown = [...lines]
  for (const kind of ['audio', 'video'] as const)
    while (receiverCount(grown)[kind] < reserve[kind]) grown = withReceiver(grown, null, kind)
  return grown
}

/** The lines without this owner; the line itself is kept. */
export const released = (lines: readonly Line[], owner: string): Line[] =>
  lines.map((line) => (line.owner === owner ? { ...line, owner: null } : line))

/** How many receivers of each kind the lines have. */
export const receiverCount = (lines: readonly Line[]): { audio: number; video: number } => {
  const count = { audio: 0, video: 0 }
  for (const line of lines) if (line.role === 'receiver') count[line.kind] += 1
  return count
}

/** The sender list that goes with an offer: its order equals the m-line order, since the server matches by position. */
export const senderList = (lines: readonly Line[]): SenderInfo[] =>
  lines.flatMap(({ sender }) => (sender ? [{ ...sender.info }] : []))
