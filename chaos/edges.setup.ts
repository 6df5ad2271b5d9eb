// Before each test file: every session that is started in it has its edges counted, see `tested.ts`.
import { afterAll } from 'vitest'
import { Actor, type AnyActor } from 'xstate'
import { EdgeCounter } from './edges.js'

declare module 'vitest' {
  interface TaskMeta {
    /** See `EdgeCounter.counts`; of all sessions of a test file. */
    edges?: readonly number[]
  }
}

const counter = new EdgeCounter()
// oxlint-disable-next-line typescript/unbound-method -- called with the actor that it was called on
const { start } = Actor.prototype

Actor.prototype.start = function (this: AnyActor) {
  // Whoever has no parent is a session; below it all are seen by the same observer.
  if (this._parent === undefined && (this.logic as { id?: string }).id === 'session')
    this.system.inspect(counter.inspect)
  return start.call(this)
}

// oxlint-disable-next-line no-empty-pattern -- Vitest takes nothing else before the suite
afterAll(({}, { file }) => {
  file.meta.edges = counter.counts
})
