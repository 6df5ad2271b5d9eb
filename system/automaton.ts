import type { AnyEventObject } from 'xstate'
import { theChartNeverFails } from '../src/testing/explore/explore.js'
import type { Configuration, Edge, Stimulus, Subject } from '../src/testing/explore/index.js'
import { Interpreter, plain } from '../src/testing/explore/interpreter.js'
import { stimuliOf } from '../src/testing/explore/stimuli.js'
import { prose } from '../src/testing/explore/types.js'

/** A rule of one chart, or of all together, that a step broke. */
export interface Complaint {
  readonly invariant: string
  readonly complaint: string
}

/** A step of one chart: what it did, and the number of where it led. */
export interface Taken {
  readonly edge: Edge
  readonly to: number
  readonly complaints: readonly Complaint[]
}

const texts = new WeakMap<object, string>()
/** Most events are shared between many steps: each is written once. */
const textOf = (event: AnyEventObject): string => {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = plain(event)
  texts.set(event, text)
  return text
}

/**
 * One chart with all configurations that it was seen in, by number. A step is taken by XState's pure functions once, and
 * looked up from then on: a chart has thousands of steps, a system millions.
 */
export class Automaton {
  readonly #interpreter: Interpreter
  readonly #known = new Map<string, number>()
  readonly #configurations: Configuration[] = []
  readonly #taken: Map<string, Taken>[] = []
  readonly #begun = new Map<string, Taken>()
  readonly #own: (readonly Stimulus[])[] = []

  constructor(
    private readonly subject: Subject,
    /** Text by which equal configurations are known. */
    private readonly keyOf: (configuration: Configuration) => string,
  ) {
    this.#interpreter = new Interpreter(subject)
  }

  get size(): number {
    return this.#configurations.length
  }

  at(number: number): Configuration {
    return this.#configurations[number] as Configuration
  }

  /** The number of what equals this; `undefined`: it was never seen. */
  find(configuration: Configuration): number | undefined {
    return this.#known.get(this.keyOf(configuration))
  }

  begin(input: object): Taken {
    const text = plain(input)
    let taken = this.#begun.get(text)
    if (!taken) this.#begun.set(text, (taken = this.#took(this.#interpreter.begin(input, this.#memory()))))
    return taken
  }

  /** The step that an event causes; `more` says what ends or fires by it, where it matters. */
  next(at: number, event: AnyEventObject, more: () => Partial<Stimulus> = () => ({})): Taken {
    const steps = this.#taken[at] as Map<string, Taken>
    const text = textOf(event)
    let taken = steps.get(text)
    if (!taken) {
      const stimulus: Stimulus = { label: event.type, cause: 'session', event, ...more() }
      steps.set(text, (taken = this.#took(this.#interpreter.next(this.at(at), stimulus))))
    }
    return taken
  }

  /** How its running tasks may end, and which of its timers may fire. */
  own(at: number): readonly Stimulus[] {
    const { actors } = this.subject.environment
    return (this.#own[at] ??= stimuliOf(this.subject, this.at(at)).filter(
      // The charts below a session are there in person.
      ({ ends, timer }) => timer !== undefined || (ends && actors[ends.name]?.role === 'task'),
    ))
  }

  #memory(): unknown {
    return this.subject.environment.memories[0]
  }

  #took(edge: Edge): Taken {
    const key = this.keyOf(edge.to)
    let to = this.#known.get(key)
    if (to === undefined) {
      to = this.#configurations.push(edge.to) - 1
      this.#known.set(key, to)
      this.#taken.push(new Map())
    }
    const complaints = [theChartNeverFails, ...this.subject.invariants].flatMap((invariant) => {
      const complaint = invariant(edge as never, this.subject)
      return complaint ? [{ invariant: prose(invariant.name), complaint }] : []
    })
    return { edge, to, complaints }
  }
}
