import type { StoredValue, RestoredReceiver } from '../interfaces/storage.js'

/** Version of what is written here; what carries a later one is left alone. */
export const VERSION = 1

/** What is needed to come back. Never a token. */
export interface SessionRow {
  readonly v: number
  readonly url: string
  readonly room: string
  readonly peer: string
  /** Names the server session, and is enough to delete it: it stays in the origin's own store. */
  readonly node: number
  readonly conn: string
  /** Milliseconds since 1970. */
  readonly heardAt: number
  readonly receivers: readonly RestoredReceiver[]
  /** The application's own requests to the server that hold on. */
  readonly requests: readonly string[]
}

export interface MessageRow {
  readonly v: number
  /** Absent once it is noted as sent: it is not sent again. */
  readonly data?: string | Uint8Array
  /** By whom it was said, and where. */
  readonly room: string
  readonly peer: string
  readonly repeats: boolean
  /** Milliseconds since 1970; infinite: never. */
  readonly due: number
}

export const SESSION = 'session'
const MESSAGE = 'message '

/** Key of the message of this number: keys sort like their numbers. */
export const keyOf = (number: number): string => MESSAGE + String(number).padStart(16, '0')

const numberOf = (key: string): number | undefined =>
  /^message \d{16}$/.test(key) ? Number(key.slice(MESSAGE.length)) : undefined

type Loose = Record<string, unknown>

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value)

const isReceiver = (value: unknown): value is RestoredReceiver => {
  const { id, kind, source, priority, limit } = (value ?? {}) as Loose
  const { peer, stream } = (source ?? {}) as Loose
  const bounds =
    limit === undefined ? [0] : ['priority', 'maxSpatial', 'maxTemporal'].map((of) => (limit as Loose)?.[of])
  return isText(id) && isText(kind) && isText(peer) && isText(stream) && isNumber(priority) && bounds.every(isNumber)
}

const isSession = (value: Loose): boolean =>
  [value.url, value.room, value.peer, value.conn].every(isText) &&
  isNumber(value.node) &&
  isNumber(value.heardAt) &&
  Array.isArray(value.receivers) &&
  value.receivers.every(isReceiver) &&
  Array.isArray(value.requests) &&
  value.requests.every(isText)

const isMessage = ({ data, room, peer, repeats, due }: Loose): boolean =>
  isText(room) &&
  isText(peer) &&
  (data === undefined || isText(data) || data instanceof Uint8Array) &&
  typeof repeats === 'boolean' &&
  isNumber(due)

/** What a store holds, read. */
export interface Rows {
  readonly session: SessionRow | undefined
  readonly messages: readonly (readonly [key: string, row: MessageRow])[]
  /** Keys of what cannot be read. */
  readonly damaged: readonly string[]
  /** Something is of a later version. */
  readonly later: boolean
  /** Number of the first message that is new. */
  readonly next: number
}

export const rowsOf = (stored: readonly (readonly [key: string, value: StoredValue])[]): Rows => {
  let session: SessionRow | undefined
  const messages: [string, MessageRow][] = []
  const damaged: string[] = []
  let later = false
  let next = 0
  if (!Array.isArray(stored)) throw new TypeError('a store reads a list of keys and values')
  for (const [key, value] of stored as readonly (readonly [key: string, value: StoredValue])[]) {
    const row = (value ?? {}) as Loose
    const number = numberOf(key)
    if (isNumber(row.v) && row.v > VERSION) later = true
    else if (row.v !== VERSION) damaged.push(key)
    else if (key === SESSION && isSession(row)) session = row as unknown as SessionRow
    else if (number !== undefined && isMessage(row)) messages.push([key, row as unknown as MessageRow])
    else damaged.push(key)
    next = Math.max(next, (number ?? -1) + 1)
  }
  return { session, messages, damaged, later, next }
}
