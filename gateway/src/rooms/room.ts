import type { Kind, PubScope, SubScope } from '../messages.js'
import {
  peerAdded,
  peerRemoved,
  peerUpdated,
  type PeerState,
  type ServerEvent,
  streamAdded,
  streamRemoved,
  streamUpdated,
} from './events.js'

export interface Member {
  readonly peer: string
  readonly subScope: SubScope
  readonly tell: (event: ServerEvent) => void
}

interface Watcher extends Member {
  /** The peers that a watcher of scope `Manual` subscribed to. */
  readonly chosen: Set<string>
  /** The streams that it was told of and not told to be gone: they are told again as updated. */
  readonly known: Set<string>
}

/**
 * What a room publishes: one key per peer and one per stream, written by whoever acts for that peer. Nobody owns a key, so a
 * session that ends takes away what another session of the same peer wrote (observed on the real server).
 */
export const createRoom = () => {
  const peers = new Map<string, PeerState>()
  const streams = new Map<string, Map<string, Kind>>()
  const watchers = new Set<Watcher>()

  const tellOfPeer = (event: ServerEvent, peer: string): void => {
    for (const watcher of watchers) if (watcher.subScope === 'Full' && watcher.peer !== peer) watcher.tell(event)
  }
  const seesStreamsOf = (watcher: Watcher, peer: string): boolean =>
    watcher.subScope !== 'Manual' || watcher.chosen.has(peer)
  const keyOf = (peer: string, stream: string): string => JSON.stringify([peer, stream])
  const tellStream = (watcher: Watcher, peer: string, stream: string, kind: Kind): void => {
    const key = keyOf(peer, stream)
    watcher.tell(watcher.known.has(key) ? streamUpdated(peer, stream, kind) : streamAdded(peer, stream, kind))
    watcher.known.add(key)
  }
  const replayStreams = (watcher: Watcher, peer: string): void => {
    for (const [stream, kind] of streams.get(peer) ?? []) tellStream(watcher, peer, stream, kind)
  }

  const room = {
    isEmpty: (): boolean => watchers.size === 0 && peers.size === 0 && streams.size === 0,

    setPeer: (peer: string, state: PeerState): void => {
      const event = peers.has(peer) ? peerUpdated(peer, state) : peerAdded(peer, state)
      peers.set(peer, state)
      tellOfPeer(event, peer)
    },
    removePeer: (peer: string): void => {
      if (peers.delete(peer)) tellOfPeer(peerRemoved(peer), peer)
    },

    addStream: (peer: string, stream: string, kind: Kind): void => {
      const own = streams.get(peer) ?? new Map<string, Kind>()
      streams.set(peer, own.set(stream, kind))
      for (const watcher of watchers) if (seesStreamsOf(watcher, peer)) tellStream(watcher, peer, stream, kind)
    },
    removeStream: (peer: string, stream: string): void => {
      const own = streams.get(peer)
      const kind = own?.get(stream)
      if (!own || kind === undefined) return
      own.delete(stream)
      if (own.size === 0) streams.delete(peer)
      for (const watcher of watchers) {
        // who looks away now is never told, and takes the next one of this name for an update
        if (!seesStreamsOf(watcher, peer)) continue
        watcher.known.delete(keyOf(peer, stream))
        watcher.tell(streamRemoved(peer, stream, kind))
      }
    },
    /** Whatever they chose to see. */
    tellOthers: (peer: string, event: ServerEvent): void => {
      for (const watcher of watchers) if (watcher.peer !== peer) watcher.tell(event)
    },
    removeStreamsOf: (peer: string): void => {
      for (const stream of [...(streams.get(peer)?.keys() ?? [])]) room.removeStream(peer, stream)
    },

    watch: (member: Member) => {
      const watcher: Watcher = { ...member, chosen: new Set(), known: new Set() }
      watchers.add(watcher)
      if (watcher.subScope === 'Full') {
        for (const [peer, state] of peers) if (peer !== watcher.peer) watcher.tell(peerAdded(peer, state))
      }
      if (watcher.subScope !== 'Manual') for (const peer of streams.keys()) replayStreams(watcher, peer)
      return {
        /** False where there is nothing to choose because everything is seen. */
        subscribe: (peer: string): boolean => {
          if (watcher.subScope !== 'Manual') return false
          if (!watcher.chosen.has(peer)) {
            watcher.chosen.add(peer)
            replayStreams(watcher, peer)
          }
          return true
        },
        /** No events tell that the streams are out of sight now. */
        unsubscribe: (peer: string): boolean => {
          watcher.chosen.delete(peer)
          return watcher.subScope === 'Manual'
        },
        leave: (): void => {
          watchers.delete(watcher)
        },
      }
    },
  }
  return room
}

export type Room = ReturnType<typeof createRoom>

/** `pub_scope: stream_only` only leaves out the first and the last word about a peer, so a ghost of it stays. */
export const announcesItself = (scope: PubScope): boolean => scope === 'Full'
