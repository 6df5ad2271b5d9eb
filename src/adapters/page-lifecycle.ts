import { fromCallback, type AnyEventObject } from 'xstate'
import { worldOf } from './world.js'

export const pageActors = {
  page: fromCallback<AnyEventObject, undefined>(({ sendBack, system }) =>
    worldOf(system).environment.page.onLeave(() => sendBack({ type: 'page.left', reason: 'page-left' })),
  ),
}
