import type { AnyActorRef, InspectionEvent } from 'xstate'
import { nextOf, type Listener } from '../watch.js'

const childrenOf = (actor: AnyActorRef): AnyActorRef[] => {
  const { children } = (actor.getSnapshot() ?? {}) as { children?: Record<string, AnyActorRef | undefined> }
  return Object.values(children ?? {}).filter((child) => child !== undefined)
}

/**
 * An observer for `socket.inspect` that is told of the actors that were there before it, too: XState says `@xstate.actor`
 * of new ones only, and when `inspect` is called the charts of a session have begun. Each comes behind its parent, with
 * the first thing that is seen; all else is handed on as it is.
 *
 * ```ts
 * socket.inspect(introducing(inspector.inspect))
 * ```
 */
export const introducing = (observer: Listener<InspectionEvent>): ((event: InspectionEvent) => void) => {
  const next = nextOf(observer)
  const met = new WeakSet<AnyActorRef>()
  const meet = (actor: AnyActorRef, rootId: string): void => {
    if (actor._parent) meet(actor._parent, rootId)
    if (met.has(actor)) return
    met.add(actor)
    next({ type: '@xstate.actor', rootId, actorRef: actor })
    for (const child of childrenOf(actor)) meet(child, rootId)
  }
  return (event) => {
    const actor = event.actorRef as AnyActorRef
    // It says so itself.
    if (event.type === '@xstate.actor') met.add(actor)
    meet(actor, event.rootId)
    next(event)
  }
}
