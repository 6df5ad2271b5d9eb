import { expect, test } from 'vitest'
import { CHARTS, explore, type Subject } from '../../src/testing/explore/index.js'

/** The same chart with the first of its inputs, in the first of its worlds. */
const smaller = (chart: Subject): Subject => {
  const { inputs, memories } = chart.environment
  return { ...chart, environment: { ...chart.environment, inputs: inputs.slice(0, 1), memories: memories.slice(0, 1) } }
}

/** Far enough that an order that is the host's would show; how far does not depend on it. */
const FAR = { maxStates: 1_500 }

test.each(CHARTS.map((chart) => [chart.name, smaller(chart)] as const))(
  '%s is explored alike every time',
  (_, chart) => {
    expect(explore(chart, FAR)).toEqual(explore(chart, FAR))
  },
)
