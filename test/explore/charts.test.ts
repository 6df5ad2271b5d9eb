import { describe, expect, test } from 'vitest'
import { CHARTS, explore } from '../../src/testing/explore/index.js'
import { PORTS } from '../support/chart-harness.js'

describe.each(CHARTS.map((chart) => [chart.name, chart] as const))('%s', (_, chart) => {
  test('is explored exhaustively: all is reachable, nothing is a dead end, every invariant holds', () => {
    const { states, edges, exhaustive, unreachable, deadEnds, unused, violations } = explore(chart)
    expect({ exhaustive, unreachable, deadEnds, unused }).toEqual({
      exhaustive: true,
      unreachable: [],
      deadEnds: [],
      unused: [],
    })
    expect(violations).toEqual([])
    expect(states).toBeGreaterThan(2)
    expect(edges).toBeGreaterThan(states)
  })

  test('takes every event that its world has, and no other', () => {
    const taken = chart.machine.events.filter((type) => !type.startsWith('xstate.'))
    expect([...taken].sort()).toEqual(Object.keys(chart.environment.events).sort())
  })

  test('has actors that end as their ports do', () => {
    const roles = Object.entries(chart.environment.actors).filter(([, { role }]) => role !== 'chart')
    expect(roles.map(([actor, { role }]) => [actor, role])).toEqual(
      roles.map(([actor]) => [actor, PORTS[actor as keyof typeof PORTS]]),
    )
  })
})
