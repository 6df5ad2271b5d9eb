/**
 * Shows the session of a Node process in a browser on the same machine.
 *
 * ```ts
 * import { serveInspector } from 'realtime-session-engine/inspect/node'
 *
 * const inspector = await serveInspector(socket)
 * console.log(inspector.url)
 * // ... and, when it is no longer wanted
 * await inspector.close()
 * ```
 */
export { serveInspector } from './serve.js'
export type { ServedInspector, ServedSocket, ServeOptions } from './served.js'
