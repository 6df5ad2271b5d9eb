import { hashOf } from './hash.js'

/** What the server tells a session unasked (protocol 0.1, section 5). */
export interface ServerEvent {
  readonly type: 'event'
  readonly event: string
  readonly data: object
}

export type Kind = 'audio' | 'video'
export type PeerState = 'New' | 'Connecting' | 'Connected' | 'Reconnecting'

export const peerEvent = (
  event: 'added' | 'updated' | 'removed',
  peer: string,
  state: PeerState | null,
): ServerEvent => ({
  type: 'event',
  event: `peer_${event}`,
  data: { peer_hash: hashOf(peer), peer, state: state && { protocol: 'Webrtc', state } },
})

export const streamEvent = (
  event: 'added' | 'updated' | 'removed',
  peer: string,
  stream: string,
  kind: Kind,
): ServerEvent => ({
  type: 'event',
  event: `stream_${event}`,
  data: {
    kind,
    peer,
    peer_hash: hashOf(peer),
    state:
      event === 'removed'
        ? null
        : { active: true, kind, label: null, layers: [], scaling: 'Single', status: 'connected' },
    stream,
  },
})
