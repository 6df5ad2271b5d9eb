import type { Kind } from '../messages.js'

export type PeerState = 'New' | 'Connecting' | 'Connected' | 'Reconnecting'

type Change = 'added' | 'updated' | 'removed'

export interface ServerEvent {
  readonly data: object
  readonly event: `peer_${Change}` | `stream_${Change}` | 'dev_said'
  readonly type: 'event'
}

/** FNV-1a: any stable 32 bit number will do, clients only see that equal names have equal numbers. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193)
  return value >>> 0
}

const event = (name: ServerEvent['event'], data: object): ServerEvent => ({ data, event: name, type: 'event' })

const peerData = (peer: string, state: PeerState | null): object => ({
  peer_hash: hash(peer),
  peer,
  state: state === null ? null : { protocol: 'Webrtc', state },
})

export const peerAdded = (peer: string, state: PeerState): ServerEvent => event('peer_added', peerData(peer, state))
export const peerUpdated = (peer: string, state: PeerState): ServerEvent => event('peer_updated', peerData(peer, state))
export const peerRemoved = (peer: string): ServerEvent => event('peer_removed', peerData(peer, null))

const streamData = (peer: string, stream: string, kind: Kind, state: object | null): object => ({
  kind,
  peer,
  peer_hash: hash(peer),
  state,
  stream,
})

/** Always `Single`, also for simulcast (observed). */
const connected = (kind: Kind): object => ({
  active: true,
  kind,
  label: null,
  layers: [],
  scaling: 'Single',
  status: 'connected',
})

export const streamAdded = (peer: string, stream: string, kind: Kind): ServerEvent =>
  event('stream_added', streamData(peer, stream, kind, connected(kind)))

export const streamUpdated = (peer: string, stream: string, kind: Kind): ServerEvent =>
  event('stream_updated', streamData(peer, stream, kind, connected(kind)))

export const streamRemoved = (peer: string, stream: string, kind: Kind): ServerEvent =>
  event('stream_removed', streamData(peer, stream, kind, null))

/** No event of the real server: what a peer said by `dev.say`. */
export const devSaid = (peer: string, data: unknown): ServerEvent => event('dev_said', { peer, data })
