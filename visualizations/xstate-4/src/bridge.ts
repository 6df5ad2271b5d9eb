import type { AnyInterpreter, XStateDevInterface } from 'xstate'
import type { RealtimeSocket } from '../../../src/index.js'
import { introducing } from '../../../src/inspect/index.js'
import { Service } from './service.js'
import type { Actor5, Event5, InspectionEvent, Snapshot5 } from './version-5.js'

/** Sessions in one process: ids are unique in each of them only. */
let bridges = 0

const chartIn = (actor: Actor5): Snapshot5 | undefined => {
  try {
    const snapshot = actor.getSnapshot()
    return snapshot?.value === undefined ? undefined : (snapshot as Snapshot5)
  } catch {
    // XState says that there is an actor before it has a state, and refuses to be asked for it.
    return undefined
  }
}

/** Begins with each chart, and with it only: what else runs is told as the child of one. */
const INIT = 'xstate.init'

/**
 * Registers the charts of a session with the development tools of XState 4, as services of that version, up to the call
 * of the returned function. Each is registered behind its parent, when something of it is seen; then every event comes
 * before its chart takes it, and every state behind that. What is sent to such a service reaches the chart.
 */
export const bridgeToXState4 = (
  socket: Pick<RealtimeSocket, 'inspect'>,
  devTools: Pick<XStateDevInterface, 'register'>,
): (() => void) => {
  bridges += 1
  const prefix = `session-${bridges}/`
  const services = new Map<Actor5, Service>()
  const over = new WeakSet<Actor5>()

  const serviceOf = (actor: Actor5): Service | undefined => {
    const known = services.get(actor)
    const { root } = actor.logic
    const snapshot = chartIn(actor)
    if (known || !root || !snapshot || over.has(actor)) return known
    const parent = actor._parent && serviceOf(actor._parent)
    const service = new Service(actor, root, snapshot, `${prefix}${actor.sessionId}`, parent)
    services.set(actor, service)
    devTools.register(service as unknown as AnyInterpreter)
    return service
  }

  const see = (event: InspectionEvent): void => {
    const actor = event.actorRef as unknown as Actor5
    const service = serviceOf(actor)
    if (!service || (event.type !== '@xstate.event' && event.type !== '@xstate.snapshot')) return
    const cause = event.event as Event5
    // With this it was registered.
    if (cause.type === INIT) return
    if (event.type === '@xstate.event') return service.see(cause)
    const snapshot = event.snapshot as unknown as Snapshot5
    service.update(snapshot, cause)
    if (snapshot.status === 'active') return
    services.delete(actor)
    over.add(actor)
    service.stop()
  }

  const end = socket.inspect(introducing(see))
  return () => {
    end()
    for (const service of services.values()) service.stop()
    services.clear()
  }
}
