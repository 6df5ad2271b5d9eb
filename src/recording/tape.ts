import type { AnyActorRef, InspectionEvent } from 'xstate'
import { dotted, type SessionActor } from '../watch.js'

/** What a chart's snapshot has and no other actor's. */
interface Chart {
  readonly status: string
  readonly value: never
  readonly context: { readonly generation: number }
  readonly children: Readonly<Record<string, AnyActorRef>>
}

/** The snapshot of a chart; `undefined` for other actors, and for nobody. */
const chart = (actor: AnyActorRef | undefined): Chart | undefined => {
  const snapshot = actor?.getSnapshot() as Chart | undefined
  return snapshot?.value && snapshot
}

/** Keeps plain data: whatever else found its way into an event or a context becomes an empty object. */
export const plain = (_: string, value: unknown): unknown =>
  Object(value) !== value || Array.isArray(value) || !Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {})
    ? value
    : {}

/**
 * A ring of JSON lines, fed by one inspector of the session's actor system: what comes into the charts from outside
 * them, and the transitions that follow. The format is described in docs/recording.md.
 *
 * A segment begins with a checkpoint, and the ring drops whole segments: what is left can always be replayed.
 */
export class Tape {
  /** Oldest first; the first is a checkpoint. */
  readonly lines: string[] = []
  /** Lines that were dropped, or never kept. */
  dropped = 0
  /** Where the younger segment begins. */
  #cut = 0
  /** Sizes of the segments. */
  #old = 0
  #young = 0
  /** Size at which the younger segment ends; infinite while that is under way. */
  #limit = 0
  /** Nothing is kept up to the next checkpoint. */
  #lost = false
  /** Inputs so far: the number of the last one. */
  #inputs = 0
  /** What the charts did since: an input that comes into the middle of their work is put there again by it. */
  #steps = 0
  readonly #states = new WeakMap<AnyActorRef, string>()
  #inspection: { unsubscribe(): void } | undefined

  constructor(
    readonly actor: SessionActor,
    private readonly bytes: number,
    private readonly now: () => number,
  ) {
    this.#segment([actor.getSnapshot().context])
    this.attach()
  }

  /**
   * Looks after all other inspectors from now on: whoever looks may call the socket, and what follows from that happens
   * before what is looked at.
   */
  attach(): void {
    this.#inspection?.unsubscribe()
    // A throwing inspector would lose the event that it watches.
    this.#inspection = this.actor.system.inspect((event) => this.#guarded(() => this.#see(event)))
  }

  /** The session as it is now: what a replay begins with, or is compared with. For when no actor is at work. */
  snapshot(): unknown[] {
    const { value, context, children } = chart(this.actor)!
    const below = Object.values(children).flatMap((actor) => {
      const { status, value, context } = chart(actor) ?? {}
      return status === 'active' ? [[actor.id, actor.src, value, context]] : []
    })
    return [context, value, below]
  }

  /** JSON of a line; times in milliseconds, to the microsecond. */
  line(kind: 'C' | 'I' | 'T', data: unknown[]): string {
    return JSON.stringify([kind, Math.round(this.now() * 1e3) / 1e3, ...data], plain)
  }

  #see(event: InspectionEvent): void {
    const actor = event.actorRef as AnyActorRef
    const isEvent = event.type === '@xstate.event'
    if (!isEvent && event.type !== '@xstate.snapshot') return
    const of = chart(actor)
    if (!of) return
    const { type } = event.event
    if (
      isEvent &&
      type !== 'xstate.init' &&
      // A timer is the chart's own; all else that does not come from a chart comes from outside.
      (!chart(event.sourceRef as AnyActorRef) || type.startsWith('xstate.after'))
    ) {
      // An ended chart does not hear it.
      if (of.status !== 'active') return
      this.#write('I', [(this.#inputs += 1), this.#steps, actor.id, event.event])
      this.#steps = 0
      return
    }
    this.#steps += 1
    if (isEvent) return
    const from = this.#states.get(actor) ?? ''
    const to = dotted(of.value)
    if (from === to) return
    this.#states.set(actor, to)
    this.#write('T', [this.#inputs, actor.id, from, to, type, of.context.generation])
  }

  #write(kind: 'C' | 'I' | 'T', data: unknown[]): void {
    const text = this.line(kind, data)
    this.#young += text.length + 1
    if (this.#lost) this.dropped += 1
    else this.lines.push(text)
    if (!(this.#old + this.#young <= this.bytes)) {
      this.#drop(this.#cut)
      if (!(this.#young <= this.bytes)) this.#lose()
    }
    if (this.#young < this.#limit) return
    this.#limit = Infinity
    // Not at once: a chart is in the middle of its work.
    queueMicrotask(() => {
      if (chart(this.actor)?.status === 'active') this.#segment(this.snapshot())
    })
  }

  #segment(checkpoint: unknown[]): void {
    this.#cut = this.lines.length
    this.#old = this.#young
    this.#young = this.#steps = 0
    this.#lost = false
    this.#limit = Infinity
    this.#guarded(() => this.#write('C', checkpoint))
    // Where not even the checkpoint fits it is tried again after a while.
    this.#limit = this.#young + (this.#lost ? 1e5 : this.bytes - this.#young) / 2
  }

  /** Drops the oldest lines. */
  #drop(count: number): void {
    this.dropped += this.lines.splice(0, count).length
    this.#cut = this.#old = 0
  }

  #lose(): void {
    this.#drop(Infinity)
    this.#lost = true
  }

  #guarded(call: () => void): void {
    try {
      call()
    } catch {
      // What is no data cannot be written: without it nothing can be replayed up to the next checkpoint, which is due.
      this.#lose()
      this.#limit = 0
    }
  }
}
