import { sendTo, type AnyActorRef } from 'xstate'
import { chart, tell, type Word } from './common.js'
import { ports } from './ports.js'

export type PageEvent =
  | { type: 'page.visible' | 'page.hidden' | 'page.frozen' | 'page.cached' | 'page.left' }
  | { type: 'network.online' | 'network.offline' | 'network.changed' }

const pageSetup = chart({
  types: {} as { context: { generation: 0 }; events: PageEvent },
  actors: ports,
  actions: {
    /** It has no generation: what it tells concerns whichever there is. */
    tell: sendTo(
      ({ system }) => system.get('session') as AnyActorRef,
      (_, word: Word) => word,
    ),
  },
})

/** It runs again, is seen again, or has a network again or another one: nobody has looked whether the path still lives. */
const woke = tell({ type: 'page.woke' })
const runsAgain = { on: { 'page.hidden': { target: 'hidden', actions: woke } } } as const

/**
 * What becomes of the page (Page Lifecycle: visible, hidden, frozen, or kept in the back/forward cache) and of its network.
 * Where there is no page it is visible and online for ever.
 */
export const pageMachine = pageSetup.createMachine({
  id: 'page',
  // Recordings and inspectors ask every chart for it.
  context: { generation: 0 },
  type: 'parallel',
  invoke: { src: 'page events' },
  on: { 'page.left': { actions: tell({ type: 'page.left', reason: 'page-left' }) } },
  states: {
    view: {
      initial: 'visible',
      on: {
        'page.visible': { target: '.visible', actions: woke },
        'page.hidden': '.hidden',
        'page.frozen': '.frozen',
        'page.cached': '.cached',
      },
      states: { visible: {}, hidden: {}, frozen: runsAgain, cached: runsAgain },
    },
    network: {
      initial: 'online',
      on: { 'network.offline': '.offline' },
      states: {
        online: { on: { 'network.changed': { actions: woke } } },
        offline: { on: { 'network.online': { target: 'online', actions: woke } } },
      },
    },
  },
})
