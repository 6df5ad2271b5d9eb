import { fromCallback, type AnyEventObject } from 'xstate'
import { worldOf } from './world.js'

export const pageActors = {
  'page events': fromCallback<AnyEventObject, undefined>(({ sendBack, system }) => {
    const { page } = worldOf(system).environment
    if (page.hidden?.()) sendBack({ type: 'page.hidden' })
    if (page.online?.() === false) sendBack({ type: 'network.offline' })
    const ends = [
      page.onLeave(() => sendBack({ type: 'page.left' })),
      page.onView?.((view) => sendBack({ type: `page.${view}` })),
      page.onNetwork?.((network) => sendBack({ type: `network.${network}` })),
    ]
    return () => {
      for (const end of ends) end?.()
    }
  }),
}
