import { describe, expect, test } from 'vitest'
import { KINDS } from '../../mutants/mutations.js'
import { machineOf, MUTANTS, mutantOf, mutated } from '../../mutants/mutants.js'
import { writtenOut } from '../../mutants/config.js'
import { explored } from '../../mutants/stages/explored.js'
import { CHARTS, edgeId, edgesOf } from '../../src/testing/explore/index.js'

/** Every transition of a chart, with all that a mutation may change. */
const edgesAsText = (machine: (typeof CHARTS)[number]['machine']): string[] =>
  edgesOf(machine).map((edge) =>
    JSON.stringify([edgeId(edge), edge.guard, edge.target?.map(({ id }) => id), edge.actions, edge.reenter]),
  )

describe('mutants', () => {
  test('are made of every chart, in every way, and each has a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(150)
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length)
    expect(new Set(MUTANTS.map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(new Set(MUTANTS.map(({ subject }) => subject.name))).toEqual(new Set(CHARTS.map(({ name }) => name)))
  })

  test('each differs from its chart in one place, and leaves that as it was', () => {
    const before = CHARTS.map(({ machine }) => edgesAsText(machine))
    const same = MUTANTS.filter((mutant) => {
      const nodes = JSON.stringify(writtenOut(mutated(mutant)))
      return nodes === JSON.stringify(writtenOut(mutant.subject.machine))
    })
    expect(same.map(({ id }) => id)).toEqual([])
    expect(CHARTS.map(({ machine }) => edgesAsText(machine))).toEqual(before)
  })

  test('an unknown one is said', () => {
    expect(() => mutantOf('nobody')).toThrow('no mutant nobody')
  })
})

test.each(CHARTS.map((chart) => [chart.name, chart] as const))(
  '%s: written out in full and made anew it is the same chart',
  (_, chart) => {
    const { inputs, memories } = chart.environment
    const environment = { ...chart.environment, inputs: inputs.slice(0, 1), memories: memories.slice(0, 1) }
    const smaller = { ...chart, environment }
    const anew = machineOf(chart.machine, writtenOut(chart.machine))
    expect(edgesAsText(anew)).toEqual(edgesAsText(chart.machine))
    expect(explored(smaller, anew, 500)).toEqual(explored(smaller, chart.machine, 500))
  },
)

describe('what is done to a site', () => {
  const CONFIRMED = 'channel.present.open.flowing.confirming.onDone[0]'

  const edge = (id: string, name: string) => edgesOf(mutated(mutantOf(id))).find((one) => edgeId(one) === name)

  test('a guard that is asked nowhere else gives its place to its opposite', () => {
    const machine = mutated(mutantOf(`${CONFIRMED}: guard negated`))
    const guards = machine.implementations.guards as unknown as Record<string, (args: object) => boolean>
    expect(Object.keys(guards)).toContain('not: more was sent')
    expect(Object.keys(guards)).not.toContain('more was sent')
    expect([true, false].map((output) => guards['not: more was sent']?.({ event: { output } }))).toEqual([false, true])
  })

  test('a target is the next state beside it', () => {
    const { target } =
      edge(
        `${CONFIRMED}: retargeted to present.open.flowing.confirming`,
        'channel.present.open.flowing.confirming:done(confirm messages):0',
      ) ?? {}
    expect(target?.map(({ id }) => id)).toEqual(['channel.present.open.flowing.confirming'])
  })

  test('a generation check is asked no more', () => {
    const name = 'channel.present.opening:channel.open:0'
    const id = 'channel.present.opening.on(channel.open)[0]: generation check dropped'
    expect(edge(id, name)?.guard).toBeUndefined()
  })

  test('an action is left out, or comes after the next', () => {
    const site = 'session.on(warning)[0]'
    const actions = (id: string) =>
      edge(id, 'session:warning:0')?.actions.map((action) => (action as { type?: string }).type ?? action)
    expect([
      actions(`${site}: action 0 "note the error" dropped`),
      actions(`${site}: actions 0 "note the error" and 1 "say it outward" swapped`),
    ]).toEqual([['say it outward'], ['say it outward', 'note the error']])
  })
})
