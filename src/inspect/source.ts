import { environmentWith } from '../adapters/environment.js'
import type { EnvironmentClock } from '../interfaces/environment.js'
import type { Step } from './step.js'
import { stepsOf, type Inspected } from './tap.js'

/** Where the steps of an inspector come from: a socket, a list, or a session that runs elsewhere. */
export interface StepSource {
  /** Tells what there is and what comes, in order. The returned function ends it. */
  follow(follower: StepFollower): () => void
  /** Absent: a recording, whose end stands still. */
  readonly live?: LiveSource
  /** What playing and drawing again go by. */
  readonly clock: EnvironmentClock
}

/** Who is told of steps. */
export interface StepFollower {
  /** Steps that were there before; at most once, and before all others. */
  past(steps: readonly Step[]): void
  step(step: Step): void
  /** Nothing more will come. */
  end(): void
}

interface LiveSource {
  /** Milliseconds of the clock that wrote the steps. */
  now(): number
  /** How many messages became what, as far as that is known; asked at most four times a second. */
  messages(): object
}

const isStep = (given: Partial<Step> | null): boolean =>
  typeof given?.at === 'number' &&
  typeof given.chart === 'string' &&
  typeof given.to === 'string' &&
  Array.isArray(given.edges)

/**
 * Whatever the inspector is given, as the one thing that it shows. Throws a `TypeError` for what is neither a socket nor
 * a source nor a list of steps.
 */
export const sourceOf = (given: Inspected | StepSource | readonly Step[]): StepSource => {
  if (!Array.isArray(given)) {
    const { follow, clock, inspect, getSnapshot } = (given ?? {}) as Partial<StepSource & Inspected>
    if (typeof follow === 'function' && clock) return given as StepSource
    if (typeof inspect === 'function' && typeof getSnapshot === 'function') return socketSource(given as Inspected)
  }
  if (!Array.isArray(given) || !given.every(isStep))
    throw new TypeError('source: neither a socket nor a StepSource nor a list of steps')
  return {
    follow: ({ past }) => {
      past(given)
      return () => {}
    },
    clock: environmentWith().clock,
  }
}

const socketSource = (socket: Inspected): StepSource => {
  const { clock } = environmentWith(socket.environment)
  return {
    follow: ({ step }) => stepsOf(socket, step),
    live: { now: () => clock.now(), messages: () => socket.messages },
    clock,
  }
}
