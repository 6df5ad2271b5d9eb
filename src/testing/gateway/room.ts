import { peerEvent, streamEvent, type Kind, type PeerState, type ServerEvent } from './events.js'

export type SubScope = 'Full' | 'stream_only' | 'Manual'

/** Who looks at a room. */
export class Watcher {
  readonly #known = new Set<string>()
  readonly #chosen = new Set<string>()

  constructor(
    readonly peer: string,
    readonly scope: SubScope,
    private readonly tell: (event: ServerEvent) => void,
  ) {}

  seesStreamsOf(peer: string): boolean {
    return this.scope !== 'Manual' || this.#chosen.has(peer)
  }

  /** Of other peers, and only where everything is to be seen. */
  peerChanged(event: ServerEvent, peer: string): void {
    if (this.scope === 'Full' && peer !== this.peer) this.tell(event)
  }

  streamAppeared(peer: string, stream: string, kind: Kind): void {
    if (!this.seesStreamsOf(peer)) return
    const key = JSON.stringify([peer, stream])
    this.tell(streamEvent(this.#known.has(key) ? 'updated' : 'added', peer, stream, kind))
    this.#known.add(key)
  }

  /** Who looks away is not told, and takes the next stream of this name for an update. */
  streamVanished(peer: string, stream: string, kind: Kind): void {
    if (!this.seesStreamsOf(peer)) return
    this.#known.delete(JSON.stringify([peer, stream]))
    this.tell(streamEvent('removed', peer, stream, kind))
  }

  /** Whether this was new. */
  choose(peer: string): boolean {
    if (this.#chosen.has(peer)) return false
    this.#chosen.add(peer)
    return true
  }

  unchoose(peer: string): void {
    this.#chosen.delete(peer)
  }
}

/** The keys of one room: peers and streams, and who looks at them. Keys belong to names, not to sessions. */
export class Room {
  readonly #peers = new Map<string, PeerState>()
  readonly #streams = new Map<string, Map<string, Kind>>()
  readonly #watchers = new Set<Watcher>()

  setPeer(peer: string, state: PeerState): void {
    const event = peerEvent(this.#peers.has(peer) ? 'updated' : 'added', peer, state)
    this.#peers.set(peer, state)
    for (const watcher of this.#watchers) watcher.peerChanged(event, peer)
  }

  removePeer(peer: string): void {
    if (!this.#peers.delete(peer)) return
    for (const watcher of this.#watchers) watcher.peerChanged(peerEvent('removed', peer, null), peer)
  }

  addStream(peer: string, stream: string, kind: Kind): void {
    const own = this.#streams.get(peer) ?? new Map<string, Kind>()
    this.#streams.set(peer, own.set(stream, kind))
    for (const watcher of this.#watchers) watcher.streamAppeared(peer, stream, kind)
  }

  removeStream(peer: string, stream: string): void {
    const kind = this.#streams.get(peer)?.get(stream)
    if (kind === undefined) return
    this.#streams.get(peer)?.delete(stream)
    for (const watcher of this.#watchers) watcher.streamVanished(peer, stream, kind)
  }

  removeStreamsOf(peer: string): void {
    for (const stream of [...(this.#streams.get(peer)?.keys() ?? [])]) this.removeStream(peer, stream)
    this.#streams.delete(peer)
  }

  enter(watcher: Watcher): void {
    this.#watchers.add(watcher)
    for (const [peer, state] of this.#peers) watcher.peerChanged(peerEvent('added', peer, state), peer)
    for (const peer of this.#streams.keys()) this.#show(watcher, peer)
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  /** `false`: there is nothing to choose because everything is seen. */
  subscribe(watcher: Watcher, peer: string): boolean {
    if (watcher.scope !== 'Manual') return false
    if (watcher.choose(peer)) this.#show(watcher, peer)
    return true
  }

  #show(watcher: Watcher, peer: string): void {
    for (const [stream, kind] of this.#streams.get(peer) ?? []) watcher.streamAppeared(peer, stream, kind)
  }
}
