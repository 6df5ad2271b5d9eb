import type { PageEvent } from '../../../machines/page.machine.js'
import type { Environment } from '../types.js'
import { from, portsOf, watch } from './common.js'

const told = <const Type extends PageEvent['type']>(type: Type) =>
  from<{ type: Type }, object, undefined>('page events', () => [{ type }])

/** The world of a page's chart: a browser, which tells anything at any time. */
export const pageEnvironment: Environment<PageEvent, object> = {
  inputs: [{}],
  memories: [undefined],
  inessential: [],
  events: {
    'page.visible': told('page.visible'),
    'page.hidden': told('page.hidden'),
    'page.frozen': told('page.frozen'),
    'page.cached': told('page.cached'),
    'page.left': told('page.left'),
    'network.online': told('network.online'),
    'network.offline': told('network.offline'),
    'network.changed': told('network.changed'),
  },
  actors: portsOf({ 'page events': watch }),
  rests: {
    'view.visible': 'waits for the browser',
    'view.hidden': 'waits for the browser',
    'view.frozen': 'waits for the browser',
    'view.cached': 'waits for the browser',
    'network.online': 'waits for the browser',
    'network.offline': 'waits for the browser',
  },
}
