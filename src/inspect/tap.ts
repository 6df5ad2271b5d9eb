import type { AnyActorRef, AnyTransitionDefinition, InspectionEvent } from 'xstate'
import { environmentWith } from '../adapters/environment.js'
import type { RealtimeSocket } from '../realtime-socket.js'
import { dotted } from '../watch.js'
import { edgeOf } from './pictures.js'
import type { Step } from './step.js'

/** What the inspector needs of a socket. */
export type Inspected = Pick<RealtimeSocket, 'inspect' | 'getSnapshot' | 'environment' | 'messages'>

interface Chart {
  readonly value: never
  readonly status: string
  readonly context: { readonly generation?: number }
  readonly children: Readonly<Record<string, AnyActorRef | undefined>>
}

const chartOf = (actor: AnyActorRef | undefined): Chart | undefined => {
  const snapshot = actor?.getSnapshot() as Partial<Chart> | undefined
  return snapshot?.value === undefined ? undefined : (snapshot as Chart)
}

/** What XState 5 adds to the events of its inspection, and does not promise in its types. */
type Micro = InspectionEvent & { readonly _transitions?: readonly AnyTransitionDefinition[] }

/** What the inspection of a session does not say by itself. */
export interface Scene {
  /** Milliseconds of the session's clock. */
  now(): number
  /** The connection that it is at. */
  generation(): number
  /** What a chart is called. */
  label(chart: string): string
}

/** Turns what the inspection of a session says into steps. */
export class Tap {
  readonly #last = new Map<string, string>()
  readonly #edges = new Map<string, string[]>()
  #met = false

  constructor(
    private readonly scene: Scene,
    private readonly onStep: (step: Step) => void,
  ) {}

  /** A chart that was in this state before anybody looked. */
  begin(chart: string, to: string, more: Partial<Step> = {}): void {
    const { scene } = this
    this.#last.set(chart, to)
    this.onStep({
      at: scene.now(),
      chart,
      label: scene.label(chart),
      from: '',
      to,
      event: 'xstate.init',
      generation: scene.generation(),
      edges: [],
      ...more,
    })
  }

  see(event: Micro): void {
    const actor = event.actorRef as AnyActorRef
    if (event.type === '@xstate.microstep') this.#took(actor, event._transitions ?? [])
    if (event.type !== '@xstate.snapshot') return
    const chart = chartOf(actor)
    if (!chart) return
    this.meet(actor.system.get('session') as AnyActorRef | undefined, actor)
    this.#step(actor.id, chart, event.event.type, this.#edges.get(actor.id) ?? [])
    this.#edges.delete(actor.id)
  }

  /** Charts that were there before anybody looked and that no snapshot of a socket names; all but one, once. */
  meet(session: AnyActorRef | undefined, but?: AnyActorRef): void {
    if (this.#met || !session) return
    this.#met = true
    for (const child of Object.values(chartOf(session)?.children ?? {})) {
      const chart = chartOf(child)
      if (child && chart && child !== but && !this.#last.has(child.id)) this.begin(child.id, dotted(chart.value))
    }
  }

  #took(actor: AnyActorRef, transitions: readonly AnyTransitionDefinition[]): void {
    const names = transitions.map(edgeOf).filter(Boolean)
    if (names.length > 0) this.#edges.set(actor.id, [...(this.#edges.get(actor.id) ?? []), ...names])
  }

  #step(chart: string, { value, context, status }: Chart, event: string, edges: readonly string[]): void {
    const to = dotted(value)
    const from = this.#last.get(chart) ?? ''
    const ended = status !== 'active'
    if (from === to && edges.length === 0 && !ended) return
    this.#last.set(chart, to)
    const { scene } = this
    this.onStep({
      at: scene.now(),
      chart,
      label: scene.label(chart),
      from,
      to,
      event,
      generation: context.generation ?? scene.generation(),
      edges,
      context,
      ...(ended && { ended }),
    })
  }
}

const sceneOf = (socket: Inspected): Scene => {
  const { clock } = environmentWith(socket.environment)
  const labels = new Map<string, string>()
  /** Looked up once for each track: a snapshot of the socket is made anew with each step. */
  const named = (chart: string): string => {
    const [kind, number] = chart.split('-')
    if (number === undefined) return chart
    const { senders, receivers } = socket.getSnapshot()
    const track = [...senders, ...receivers].find(({ id }) => id === chart)
    if (track) labels.set(chart, `${kind} ${track.name}`)
    return labels.get(chart) ?? chart
  }
  return {
    now: () => clock.now(),
    generation: () => socket.getSnapshot().generation,
    label: (chart) => labels.get(chart) ?? named(chart),
  }
}

/** The session's own chart; `undefined` for what only looks like a socket, whose other charts are met with an event. */
const rootOf = (socket: Inspected): AnyActorRef | undefined => (socket as RealtimeSocket)['started']?.().actor

/** Calls back with each step of each chart of a socket, those before it as one; the returned function ends it. */
export const stepsOf = (socket: Inspected, onStep: (step: Step) => void): (() => void) => {
  const tap = new Tap(sceneOf(socket), onStep)
  const { charts, senders, receivers, peerState } = socket.getSnapshot()
  tap.begin('session', peerState === 'closed' ? 'closed' : 'open')
  for (const [chart, state] of Object.entries(charts)) tap.begin(chart, state)
  for (const { id, state } of [...senders, ...receivers]) tap.begin(id, state)
  const end = socket.inspect((event) => tap.see(event))
  tap.meet(rootOf(socket))
  return end
}
