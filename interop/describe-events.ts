import type { Json } from './scenario.js'
import type { WireEvent } from './wire.js'

/**
 * Events by what they are about, each list in the order of arrival. The server keeps no order between a peer and its
 * streams, nor between streams, so only the order within one name is a fact.
 */
export const describeEvents = (events: readonly WireEvent[]): Json => {
  const lists: Record<string, string[]> = {}
  for (const { event, data } of events) {
    const name = data.stream === undefined ? `peer ${data.peer}` : `stream ${data.peer}/${data.stream}`
    const state = data.state ? ` ${data.state.state ?? data.state.status}` : ''
    const list = (lists[name] ??= [])
    const entry = `${event}${state}`
    // A peer that has just connected is told with one update or two (DTLS, then the channel), depending on the moment; and so
    // is a stream to who subscribes to its peer again.
    if (/^(peer|stream)_updated/.test(entry) && list.at(-1) === entry) continue
    list.push(entry)
  }
  return Object.fromEntries(Object.entries(lists).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The exact shape of an event, with only the hash replaced. */
export const eventShape = (event: WireEvent | undefined): Json => {
  if (!event) return null
  const hash = event.data.peer_hash
  const isU32 = typeof hash === 'number' && Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32
  return { ...event, data: { ...event.data, peer_hash: isU32 ? '<u32>' : `not a u32: ${String(hash)}` } } as Json
}
