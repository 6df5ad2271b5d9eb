/**
 * Breadth-first exploration of charts through XState's pure functions.
 *
 * A chart stands alone in an environment that may do whatever its ports allow, in any order: send events, end actors,
 * let timers fire. Every reachable configuration within the environment's bounds is visited, every step is held against
 * invariants, and the first, thus a shortest, way to each violation is kept. {@link conform} walks live actors and the
 * pure functions side by side, so that what was explored is what runs.
 *
 * ```ts
 * const found = explore(subject('door', doorMachine, doorEnvironment, [aLockedDoorStaysShut]))
 * console.log(reportOf(found))
 * ```
 */
export { CHARTS } from './charts.js'
export { conform, type Conformance, type ConformOptions, type Mismatch } from './conform.js'
export { edgeId, edgesOf, triggerOf, type Trigger } from './edges.js'
export { explore } from './explore.js'
export type { DeadEnd, Exploration, ExploreOptions, Violation } from './findings.js'
export { passes, reportOf } from './report.js'
export { shadow, type Shadow, type ShadowMismatch } from './shadow.js'
export {
  subject,
  type Cause,
  type Configuration,
  type Edge,
  type Effect,
  type Environment,
  type Invariant,
  type OfType,
  type Outcomes,
  type Row,
  type RunningActor,
  type Step,
  type Stimulus,
  type Subject,
} from './types.js'
