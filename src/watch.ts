import type { ActorRefFrom, AnyActorRef, InspectionEvent, Observer, StateValue } from 'xstate'
import { facts } from './errors.js'
import type { SocketCommand, SocketSnapshot, TrackSnapshot, TransitionEvent } from './interfaces/options.js'
import type { sessionMachine } from './machines/session.machine.js'
import type { SessionContext } from './machines/session.setup.js'

/** A listener, as a function or as an observer. */
export type Listener<T> = ((value: T) => void) | { next?: (value: T) => void }

export const nextOf =
  <T>(listener: Listener<T>) =>
  (value: T) =>
    typeof listener === 'function' ? listener(value) : listener.next?.(value)

export type SessionActor = ActorRefFrom<typeof sessionMachine>

/** `{ connecting: { establishing: 'direct' } }` as `connecting.establishing.direct`; parallel regions with `+`. */
export const dotted = (value: StateValue | undefined): string => {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([key, below]) => (below && Object.keys(below).length > 0 ? `${key}.${dotted(below)}` : key))
    .join('+')
}

interface Chart {
  readonly value: StateValue
  readonly context: Record<string, unknown>
}

/** A chart below the session; `undefined` where there is none. */
export const chartOf = (session: SessionActor, id: string): Chart | undefined => {
  const { children } = session.getSnapshot() as { children: Record<string, AnyActorRef | undefined> }
  const snapshot = children[id]?.getSnapshot() as Partial<Chart> | undefined
  return snapshot?.value === undefined ? undefined : (snapshot as Chart)
}

/** A session whose own chart failed can be told nothing any more: it reads as closed. */
const BROKEN = {
  peerState: 'closed',
  dcState: 'closed',
  connection: 'closed',
  generation: 0,
  tracks: [],
  reason: 'internal',
  lastError: facts('internal', 'a chart failed'),
} as unknown as SessionContext

/** What the session's chart remembers. */
export const contextOfSession = (session: SessionActor): SessionContext => {
  const { status, context } = session.getSnapshot()
  return (status as string) === 'error' ? BROKEN : context
}

/** In the order in which they are usually given. */
export const allowedCommands = ({ peerState, charts }: SocketSnapshot): SocketCommand[] => {
  if (peerState === 'closed') return []
  const allowed: SocketCommand[] = ['createSenderTrack', 'createReceiverTrack', 'send', 'close']
  if (peerState === 'created' || peerState === 'failed') allowed.unshift('connect')
  if (charts.negotiation !== 'dormant') allowed.push('generateOffer', 'getStats')
  if (charts.negotiation === 'byHand') allowed.push('updateSdp')
  return allowed
}

const NOTHING: SocketSnapshot = Object.freeze({
  peerState: 'created',
  dcState: 'created',
  charts: Object.freeze({ connection: 'new', negotiation: 'dormant', channel: 'absent' }),
  senders: Object.freeze([]),
  receivers: Object.freeze([]),
  generation: 0,
  reason: undefined,
  lastError: undefined,
})

const tracksOf = (
  session: SessionActor,
  role: 'sender' | 'receiver',
  names: ReadonlyMap<string, string>,
): TrackSnapshot[] => {
  const { tracks, connection } = contextOfSession(session)
  return (connection === 'closed' ? [] : tracks).flatMap((id) => {
    const chart = chartOf(session, id)
    if (!id.startsWith(role) || !chart) return []
    const { kind } = chart.context as { kind: 'audio' | 'video' }
    return [Object.freeze({ id, kind, name: names.get(id) ?? id, state: dotted(chart.value) })]
  })
}

/** Reads a socket's snapshot off its charts: the same frozen object until one of them has changed. */
export class Watch {
  #read: readonly unknown[] = []
  #snapshot = NOTHING
  readonly #observers = new Set<() => void>()
  /** Somebody wants to see transitions or changes. */
  wanted = false
  #attached = false

  constructor(
    private readonly now: () => number,
    /** Names of the tracks by the id of their chart. */
    private readonly names: ReadonlyMap<string, string>,
    private readonly onTransition: (transition: TransitionEvent) => void,
  ) {}

  snapshot(session: SessionActor | undefined): SocketSnapshot {
    if (!session) return this.#snapshot
    const { children } = session.getSnapshot()
    const context = contextOfSession(session)
    const read = [
      context,
      ...Object.values(children as Record<string, AnyActorRef>).map((actor) => actor?.getSnapshot()),
    ]
    if (read.length === this.#read.length && read.every((part, index) => part === this.#read[index]))
      return this.#snapshot
    this.#read = read
    const { peerState, dcState, generation, reason, lastError } = context
    const chart = (name: string) => dotted(chartOf(session, name)?.value) || 'closed'
    const charts = { connection: chart('connection'), negotiation: chart('negotiation'), channel: chart('channel') }
    return (this.#snapshot = Object.freeze({
      peerState,
      dcState,
      charts: Object.freeze(charts),
      senders: Object.freeze(tracksOf(session, 'sender', this.names)),
      receivers: Object.freeze(tracksOf(session, 'receiver', this.names)),
      generation,
      reason,
      lastError,
    }))
  }

  /** Calls back after each change of the snapshot. */
  observe(observer: () => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** Watches a session from now on; costs nothing until somebody wants it. */
  attach(session: SessionActor | undefined): void {
    this.wanted = true
    if (!session || this.#attached) return
    this.#attached = true
    session.system.inspect(this.#inspector(session))
  }

  /** An inspector that turns what it sees into transitions and changes. */
  #inspector(session: SessionActor): Observer<InspectionEvent> {
    const last = new Map<string, string>()
    let seen = this.snapshot(session)
    return {
      next: (event) => {
        if (event.type !== '@xstate.snapshot') return
        const { actorRef, snapshot, event: cause } = event
        const { value } = snapshot as unknown as Partial<Chart>
        if (value !== undefined) {
          const id = actorRef === session ? 'session' : (actorRef as AnyActorRef).id
          const to = dotted(value)
          const from = last.get(actorRef.sessionId)
          last.set(actorRef.sessionId, to)
          if (from !== to)
            this.onTransition({ at: this.now(), chart: this.#named(id), from: from ?? '', to, event: cause.type })
        }
        const now = this.snapshot(session)
        if (now === seen) return
        seen = now
        for (const observer of this.#observers) observer()
      },
    }
  }

  #named(id: string): string {
    const name = this.names.get(id)
    return name === undefined ? id : `${id.split('-')[0]}:${name}`
  }
}
