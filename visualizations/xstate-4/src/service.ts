import {
  InterpreterStatus,
  State,
  toActorRef,
  toEventObject,
  toSCXMLEvent,
  type ActorRef,
  type AnyEventObject,
  type AnyState,
  type AnyStateMachine,
} from 'xstate'
import { plain } from '../../../src/recording/tape.js'
import { machineOf } from './machine.js'
import { nameIn4 } from './names.js'
import type { Actor5, Event5, Node5, Snapshot5 } from './version-5.js'

/** As in a recording: what is no plain data is not shown. */
const shown = <T>(value: T): T => JSON.parse(JSON.stringify(value, plain)) as T

const eventIn4 = (event: Event5) => toSCXMLEvent({ ...shown(event), type: nameIn4(event.type) })

const childIn4 = (child: Actor5): ActorRef<AnyEventObject> =>
  toActorRef({
    id: child.id,
    send: (event: AnyEventObject) => child.send(event),
    subscribe: () => ({ unsubscribe: () => {} }),
    getSnapshot: () => child.getSnapshot(),
  })

/** A chart that runs, as an interpreter of version 4 looks from outside. */
export class Service {
  readonly id: string
  readonly machine: AnyStateMachine
  readonly initialState: AnyState
  state: AnyState
  status = InterpreterStatus.Running
  readonly #listeners = new Set<(state: AnyState) => void>()
  readonly #stopListeners = new Set<() => void>()
  /** What was sent from here, and comes back when it is inspected. */
  readonly #own = new WeakSet<Event5>()
  #seeing = false

  constructor(
    private readonly actor: Actor5,
    root: Node5,
    snapshot: Snapshot5,
    readonly sessionId: string,
    readonly parent: Service | undefined,
  ) {
    this.id = actor.id
    this.machine = machineOf(root)
    this.initialState = this.state = this.#stateOf(snapshot, { type: 'xstate.init' })
  }

  get children(): Map<string, ActorRef<AnyEventObject>> {
    return new Map(Object.entries(this.state.children))
  }

  getSnapshot(): AnyState {
    return this.state
  }

  /** Sends an event to the chart. Who inspects puts a function of his own in this place, to hear of each. */
  send(event: string | AnyEventObject, payload?: object): AnyState {
    if (this.#seeing) return this.state
    const { data } = toSCXMLEvent(toEventObject(event as AnyEventObject, payload))
    this.#own.add(data)
    this.actor.send(data)
    return this.state
  }

  /** As in version 4 the present state comes at once. */
  subscribe(listener: ((state: AnyState) => void) | { next?: (state: AnyState) => void }) {
    const next = typeof listener === 'function' ? listener : (state: AnyState) => listener.next?.(state)
    this.#listeners.add(next)
    next(this.state)
    return { unsubscribe: () => void this.#listeners.delete(next) }
  }

  onTransition(listener: (state: AnyState, event: AnyEventObject) => void): this {
    this.subscribe((state) => listener(state, state.event))
    return this
  }

  onStop(listener: () => void): this {
    this.#stopListeners.add(listener)
    return this
  }

  /** An event is on its way to the chart: whoever listens to `send` is told, and nobody else. */
  see(event: Event5): void {
    if (this.#own.has(event)) return
    this.#seeing = true
    try {
      this.send(eventIn4(event))
    } finally {
      this.#seeing = false
    }
  }

  /** The chart has taken an event. */
  update(snapshot: Snapshot5, event: Event5): void {
    this.state = this.#stateOf(snapshot, event)
    for (const listener of this.#listeners) listener(this.state)
  }

  stop(): void {
    if (this.status === InterpreterStatus.Stopped) return
    this.status = InterpreterStatus.Stopped
    for (const listener of this.#stopListeners) listener()
    this.#listeners.clear()
  }

  #stateOf({ value, context, status, children }: Snapshot5, event: Event5): AnyState {
    const before = this.state as AnyState | undefined
    const present = Object.values(children).filter((child) => child !== undefined)
    const state = this.machine.resolveState(
      State.create({
        value,
        context: shown(context),
        _event: eventIn4(event),
        _sessionid: this.sessionId,
        configuration: [],
        transitions: [],
        children: Object.fromEntries(present.map((child) => [child.id, childIn4(child)])),
      }),
    ) as AnyState
    state.done = status === 'done'
    state.changed = before && JSON.stringify([before.value, before.context]) !== JSON.stringify([value, state.context])
    return state
  }
}
