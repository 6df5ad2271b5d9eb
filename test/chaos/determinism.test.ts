import { expect, test } from 'vitest'
import { choicesOf } from '../../chaos/choices.js'
import { EdgeCounter } from '../../chaos/edges.js'
import { runChoices, runSeed } from '../../chaos/run.js'
import { DRAWN } from '../../chaos/table.js'
import './quiet.js'

test.each([3, 14, 159])(
  'seed %i gives the same run twice, step for step, and so does its list of choices',
  async (seed) => {
    const edges = [new EdgeCounter(), new EdgeCounter(), new EdgeCounter()] as const
    const runs = [
      await runSeed(seed, { edges: edges[0] }),
      await runSeed(seed, { edges: edges[1] }),
      await runChoices(choicesOf(seed, DRAWN), { edges: edges[2] }),
    ]
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]).toEqual(runs[0])
    expect([edges[1].counts, edges[2].counts]).toEqual([edges[0].counts, edges[0].counts])
  },
)

test('another order among what is due at the same time is another run', async () => {
  const [first, ...more] = choicesOf(3, DRAWN)
  const ordered = async (order: number) => (await runChoices([first!, order, ...more.slice(1)])).traces
  const traces = [await ordered(0), await ordered(1), await ordered(2)].map((trace) => trace.join())
  expect(new Set(traces).size).toBeGreaterThan(1)
})

test('seeds differ in what is done, and what is drawn more often comes more often', () => {
  const acts = Array.from({ length: 400 }, (_, seed) =>
    choicesOf(seed, DRAWN).filter((_number, at) => at >= 5 && at % 5 === 0),
  ).flat()
  const times = (number: number) => acts.filter((act) => act === number).length
  expect(new Set(acts)).toEqual(new Set(DRAWN.map(({ number }) => number)))
  const [often, seldom] = [...DRAWN]
    .sort((one, other) => other.weight - one.weight)
    .flatMap(({ number }, at, all) => (at === 0 || at === all.length - 1 ? [number] : []))
  expect(times(often!)).toBeGreaterThan(4 * times(seldom!))
})
