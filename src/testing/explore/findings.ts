import type { Cause } from './types.js'

/** An invariant that does not hold, with a shortest way to where it does not. */
export interface Violation {
  readonly invariant: string
  readonly complaint: string
  /** What happened, from the beginning. */
  readonly path: readonly string[]
  /** The state of the chart after each part of the path. */
  readonly states: readonly string[]
}

/** A state node that a chart may stay in for ever though nobody said why. */
export interface DeadEnd {
  readonly node: string
  readonly complaint: string
  readonly path: readonly string[]
}

/** What was found out about one chart. */
export interface Exploration {
  readonly chart: string
  readonly states: number
  readonly edges: number
  readonly invariants: readonly string[]
  readonly violations: readonly Violation[]
  /** Paths of state nodes that nothing leads to. */
  readonly unreachable: readonly string[]
  readonly deadEnds: readonly DeadEnd[]
  /** Where the chart may wait without a deadline, and why. */
  readonly rests: Readonly<Record<string, string>>
  /** Guards and actions that the chart names and that were never at work, and guards that had only one answer. */
  readonly unused: readonly string[]
  /** All within the environment's bounds was seen. */
  readonly exhaustive: boolean
}

/** Bounds of an exploration. */
export interface ExploreOptions {
  /** Gives up beyond so many states; default 200,000. */
  readonly maxStates?: number
  /** Steps name the transitions that they take; it costs a fifth of the time. */
  readonly edges?: boolean
}

/** The steps between configurations, for questions about ways. */
export interface Graph {
  readonly from: number[]
  readonly to: number[]
  readonly cause: Cause[]
}
