import { failure } from '../errors.js'

/** What a request to the media server wants to hold from now on, in every later session too. */
export interface Wish {
  /** Id of the request, by which it is answered. */
  readonly id: number
  readonly request: string
  readonly data: unknown
  /** Position among the wishes that are asked again: switches first. */
  readonly rank: number
  /** What it is about: a later wish for the same takes its place. */
  readonly target: string
  /** Which source it names. */
  readonly source: string | undefined
  /** Target of the limit that the server resets when a receiver gets another source. */
  readonly resets: string | undefined
  /** In a new session nothing is left that it could undo. */
  readonly undoes: boolean
  /** The receiver that it commands, by what the server counts. */
  readonly receiver: { readonly kind: 'audio' | 'video'; readonly ordinal: number } | undefined
  /** The layers that it bounds a receiver to. */
  readonly limit: { readonly priority: number; readonly maxSpatial: number; readonly maxTemporal: number } | undefined
}

/** In the order in which they are asked again; the second of a row undoes the first. */
const REQUESTS = [
  ['receiver.switch', 'receiver.disconnect'],
  ['receiver.limit'],
  ['sender.toggle'],
  ['mix_minus.add', 'mix_minus.remove'],
  ['mix_minus.toggle'],
  ['room.subscribe', 'room.unsubscribe'],
]

const WISH = /"request"\s*:\s*"(?:receiver|sender|mix_minus|room)\./

interface Data {
  id?: string
  name?: string
  peer?: string
  remote?: object
  limit?: { priority: number; max_spatial: number; max_temporal: number }
}

/** The wish in a request; `undefined` for one that wishes for nothing. Throws where it would end the server's session. */
export const wishOf = (id: number, request: string, data: unknown): Wish | undefined => {
  const rank = REQUESTS.findIndex((row) => row.includes(request))
  const { id: named, name, peer, remote, limit } = (data ?? {}) as Data
  const about = named ?? name ?? peer
  if (rank < 0 || typeof about !== 'string') return undefined
  const source = JSON.stringify(remote) as string | undefined
  const [kind, ordinal] = about.split('_')
  const { priority = 1, max_spatial: maxSpatial = 2, max_temporal: maxTemporal = 2 } = limit ?? {}
  if (Math.max(maxSpatial, maxTemporal) > 2)
    throw failure('invalid-config', 'a layer above 2 would end the session at the server')
  return {
    id,
    request,
    data,
    rank,
    // Of a mix each source is a target of its own.
    target: `${rank} ${about} ${rank === 3 && source}`,
    source,
    resets: rank ? undefined : `1 ${about} false`,
    undoes: REQUESTS[rank]?.[1] === request,
    receiver: rank < 2 ? { kind: kind as 'audio' | 'video', ordinal: Number(ordinal) } : undefined,
    limit: rank === 1 ? { priority, maxSpatial, maxTemporal } : undefined,
  }
}

/**
 * The wish in a message of the application, which must be JSON text that begins with a brace. Of every other text no
 * more than one search is made.
 */
export const wishIn = (payload: string | Uint8Array): Wish | undefined => {
  if (typeof payload !== 'string' || payload[0] !== '{' || !WISH.test(payload)) return undefined
  let message: { type?: unknown; req_id?: unknown; request?: unknown; data?: unknown }
  try {
    message = JSON.parse(payload)
  } catch {
    return undefined
  }
  const { type, req_id: id, request, data } = message
  // The server answers no other id, and does nothing.
  return type === 'request' && Number.isSafeInteger(id) && (id as number) >= 0
    ? wishOf(id as number, request as string, data)
    : undefined
}
