/**
 * Shows the charts of a session, live: one call mounts the inspector into an element of an application's page.
 *
 * ```ts
 * import { mountInspector } from 'realtime-session-engine/inspect'
 *
 * const inspector = mountInspector(document.querySelector('#inspector')!, socket)
 * // ... and, when it is no longer wanted
 * inspector.end()
 * ```
 */
export { introducing } from './introducing.js'
export { mountInspector, type Inspector } from './mount.js'
export { edgeBetween } from './pictures.js'
export type { StepSource } from './source.js'
export { kindOf, type Step } from './step.js'
export type { Inspected } from './tap.js'
