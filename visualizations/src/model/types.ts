import type { Trigger } from '../../../src/testing/explore/edges.js'

/** Something that one chart lets another, a port or the facade know. */
export interface Word {
  /** Name of a chart, or `facade`. */
  readonly to: string
  readonly event: string
}

/** An action as the pictures show it, and what it sets off beyond the chart's own memory. */
export interface Action {
  readonly name: string
  /** The name with what it was given. */
  readonly text: string
  readonly words: readonly Word[]
  /** Charts and ports that it begins. */
  readonly starts: readonly string[]
}

export interface Invoked {
  /** Its name in the chart's `setup`. */
  readonly name: string
  readonly id: string
  /** It is a chart of its own. */
  readonly chart: boolean
}

/** What a delay is by default. */
export interface Delay {
  readonly name: string
  readonly ms: number
  /** It depends on more than the deadlines: `ms` is where it begins. */
  readonly varies: boolean
}

/** A transition. */
export interface Edge {
  /** See `edgeId` of the explorer. */
  readonly id: string
  readonly source: string
  /** Ids of states; none: the chart stays where it is. */
  readonly targets: readonly string[]
  readonly trigger: Trigger
  readonly delay: Delay | undefined
  readonly guard: string | undefined
  readonly actions: readonly Action[]
  /** The states between source and target are left and entered again. */
  readonly reenter: boolean
}

/** A state node with those below it. */
export interface State {
  readonly id: string
  readonly key: string
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  readonly history: 'shallow' | 'deep' | undefined
  /** Id of the state that a compound one begins in. */
  readonly initial: string | undefined
  readonly tags: readonly string[]
  readonly description: string | undefined
  readonly entry: readonly Action[]
  readonly exit: readonly Action[]
  readonly invokes: readonly Invoked[]
  readonly edges: readonly Edge[]
  readonly children: readonly State[]
}

/** A chart as a plain tree. */
export interface Chart {
  readonly name: string
  readonly root: State
  /** Ports that it invokes or spawns, with the events that each sends to it. */
  readonly ports: readonly { readonly name: string; readonly sends: readonly string[] }[]
  /** Events that the facade, or the chart around it, sends to it. */
  readonly takes: readonly { readonly event: string; readonly cause: 'application' | 'session' }[]
}

/** Every state of a chart, the root first. */
export const statesOf = (state: State): State[] => [state, ...state.children.flatMap(statesOf)]

/** Every edge of a chart, state after state. */
export const edgesBelow = (state: State): Edge[] => statesOf(state).flatMap(({ edges }) => edges)

/** Every action that a chart names, as often as it does. */
export const actionsBelow = (state: State): Action[] =>
  statesOf(state).flatMap(({ entry, exit, edges }) => [...entry, ...exit, ...edges.flatMap(({ actions }) => actions)])
