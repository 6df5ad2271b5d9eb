import { fromCallback, type AnyEventObject } from 'xstate'
import { worldOf } from './world.js'

export const pageActors = {
  page: fromCallback<AnyEventObject, undefined>(({ sendBack, system }) => {
    const { page } = worldOf(system).environment
    const ends = [
      page.onLeave(() => sendBack({ type: 'page.left', reason: 'page-left' })),
      page.onWake?.(() => sendBack({ type: 'page.woke' })),
      page.onNetwork?.(() => sendBack({ type: 'network.back' })),
    ]
    return () => {
      for (const end of ends) end?.()
    }
  }),
}
