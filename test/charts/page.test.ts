import { expect, test } from 'vitest'
import { pageMachine } from '../../src/machines/page.machine.js'
import { ChartHarness } from '../support/chart-harness.js'

const WOKE = ['page.woke']

test.each<[from: string[], event: string, state: string, told: string[]]>([
  [[], 'page.hidden', 'view.hidden+network.online', []],
  [['page.hidden'], 'page.visible', 'view.visible+network.online', WOKE],
  [['page.hidden'], 'page.frozen', 'view.frozen+network.online', []],
  [['page.frozen'], 'page.hidden', 'view.hidden+network.online', WOKE],
  [['page.frozen'], 'page.visible', 'view.visible+network.online', WOKE],
  [[], 'page.cached', 'view.cached+network.online', []],
  [['page.cached'], 'page.hidden', 'view.hidden+network.online', WOKE],
  [[], 'network.offline', 'view.visible+network.offline', []],
  [['network.offline'], 'network.online', 'view.visible+network.online', WOKE],
  [[], 'network.changed', 'view.visible+network.online', WOKE],
  [['network.offline'], 'network.changed', 'view.visible+network.offline', []],
  [[], 'page.left', 'view.visible+network.online', ['page.left']],
])('after %j, %s: %s', (from, event, state, told) => {
  const page = new ChartHarness(pageMachine)
  page.send(...from.map((type) => ({ type })))
  page.heard()
  page.send({ type: event })
  expect([page.state, page.heard().map(({ type }) => type), page.running]).toEqual([state, told, ['page events']])
})
