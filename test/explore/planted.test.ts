import { describe, expect, test } from 'vitest'
import { assign, setup, type AnyStateMachine, type EventObject, type PromiseActorLogic } from 'xstate'
import {
  explore,
  passes,
  reportOf,
  subject,
  type Environment,
  type Invariant,
} from '../../src/testing/explore/index.js'
import { aRunningTaskHasADeadline } from '../../src/testing/explore/invariants/common.js'

type Planted = { type: 'go' } | { type: 'back' } | { type: 'far' }

const chart = setup({
  types: {} as { events: Planted; context: { count: number } },
  actors: {} as { work: PromiseActorLogic<number> },
  delays: { soon: 10 },
  guards: { never: () => false },
  actions: {
    count: assign({ count: ({ context }: { context: { count: number } }) => context.count + 1 }),
    throw: assign(() => {
      throw new Error('planted')
    }),
  },
})

const row = <Type extends Planted['type']>(type: Type) => ({
  cause: 'application' as const,
  offers: () => [{ type }] as Extract<Planted, { type: Type }>[],
})

const world = (rests: Record<string, string>): Environment<Planted, { count: number }> => ({
  inputs: [{}],
  memories: [undefined],
  events: { go: row('go'), back: row('back'), far: row('far') },
  actors: { work: { role: 'task', done: () => [1], failed: () => ['broken'] } },
  rests,
})

const found = <Event extends EventObject>(
  machine: AnyStateMachine,
  rests: Record<string, string>,
  invariants: readonly Invariant<{ count: number }>[] = [],
  environment: Environment<Event, { count: number }> = world(rests) as never,
) => explore(subject('planted', machine, environment, invariants))

const context = { count: 0 }
const REST = { idle: 'waits', busy: 'waits' }

test('a sound chart passes', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: { idle: { on: { go: 'busy' } }, busy: { on: { back: 'idle' } } },
  })
  const exploration = found(machine, REST)
  expect(passes(exploration)).toBe(true)
  expect(exploration).toMatchObject({ states: 2, edges: 6, violations: [], unreachable: [], deadEnds: [] })
})

test('a state that nothing leads to is unreachable, one that is only passed is not', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: {
      idle: { on: { go: 'passed', far: { guard: 'never', target: 'island' } } },
      passed: { always: 'busy' },
      busy: { on: { back: 'idle' } },
      island: {},
    },
  })
  expect(found(machine, REST)).toMatchObject({ unreachable: ['island'], unused: ['guard "never" is never true'] })
})

describe('dead ends', () => {
  test('a state that nothing leads out of, with the shortest path to it', () => {
    const machine = chart.createMachine({
      context,
      initial: 'idle',
      states: {
        idle: { on: { go: 'busy', far: 'stuck' } },
        busy: { on: { go: 'stuck', back: 'idle' } },
        stuck: {},
      },
    })
    expect(found(machine, REST).deadEnds).toEqual([
      { node: 'stuck', complaint: 'nothing leads out of it', path: ['start {}', 'far'] },
      { node: '', complaint: 'without the application it never comes to rest', path: ['start {}', 'far'] },
    ])
  })

  test('a state that waits without a deadline where no row lets it rest', () => {
    const machine = chart.createMachine({
      context,
      initial: 'idle',
      states: { idle: { on: { go: 'busy' }, after: { soon: 'busy' } }, busy: { on: { back: 'idle' } } },
    })
    expect(found(machine, {}).deadEnds[0]).toEqual({
      node: 'busy',
      complaint: 'it waits without a deadline',
      path: ['start {}', 'go'],
    })
  })

  test('a row that lets a state rest which has a deadline', () => {
    const machine = chart.createMachine({
      context,
      initial: 'idle',
      states: { idle: { after: { soon: 'busy' } }, busy: { on: { back: 'idle' } } },
    })
    expect(found(machine, REST).deadEnds).toEqual([
      { node: 'idle', complaint: 'the row that lets it rest has no need', path: [] },
    ])
  })

  test('states that go round for ever and never come to rest', () => {
    const machine = chart.createMachine({
      context,
      initial: 'idle',
      states: { idle: { on: { go: 'tick' } }, tick: { after: { soon: 'tock' } }, tock: { after: { soon: 'tick' } } },
    })
    expect(found(machine, { idle: 'waits' }).deadEnds).toEqual([
      { node: '', complaint: 'without the application it never comes to rest', path: ['start {}', 'go'] },
    ])
  })
})

test('a task without a deadline is a violation', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: {
      idle: { on: { go: 'bounded', far: 'endless' } },
      bounded: { invoke: { src: 'work', onDone: 'idle', onError: 'idle' }, after: { soon: 'idle' } },
      endless: { invoke: { src: 'work', onDone: 'idle', onError: 'idle' } },
    },
  })
  const { violations, deadEnds } = found(machine, { idle: 'waits' }, [aRunningTaskHasADeadline])
  expect(violations).toEqual([
    {
      invariant: 'a running task has a deadline',
      complaint: 'no deadline: work',
      path: ['start {}', 'far'],
      states: ['idle', 'endless'],
    },
  ])
  expect(deadEnds.map(({ node }) => node)).toEqual(['endless'])
})

test('the shortest path to a violated invariant is found, and printed', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: {
      idle: { on: { go: { target: 'busy', actions: 'count' } } },
      busy: { on: { back: 'idle', far: { target: 'idle', actions: ['count', 'count'] } } },
    },
  })
  const environment = world(REST)
  const bounded = {
    ...environment,
    events: {
      ...environment.events,
      go: {
        ...row('go'),
        offers: ({ context: { count } }: { context: { count: number } }) =>
          count < 9 ? [{ type: 'go' as const }] : [],
      },
    },
  }
  function itCountsToThree({ to }: Parameters<Invariant<{ count: number }>>[0]) {
    return to.context.count > 3 && `it counts to ${to.context.count}`
  }
  const exploration = found(machine, REST, [itCountsToThree], bounded)
  expect(exploration.violations).toEqual([
    {
      invariant: 'it counts to three',
      complaint: 'it counts to 4',
      path: ['start {}', 'go', 'far', 'go'],
      states: ['idle', 'busy', 'idle', 'busy'],
    },
  ])
  expect(reportOf(exploration)).toContain(
    '  VIOLATION it counts to three: it counts to 4\n    1. start {} -> idle\n    2. go -> busy',
  )
  expect(passes(exploration)).toBe(false)
})

test('an endless count is not taken for an exhaustive exploration', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: { idle: { on: { go: { actions: 'count' } } } },
  })
  const exploration = explore(subject('planted', machine, world({ idle: 'waits' }), []), { maxStates: 50 })
  expect([exploration.exhaustive, passes(exploration)]).toEqual([false, false])
})

test('a chart that throws is a violation', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    states: { idle: { on: { go: { actions: 'throw' } } } },
  })
  expect(found(machine, { idle: 'waits' }).violations).toEqual([
    {
      invariant: 'the chart never fails',
      complaint: 'it failed: planted',
      path: ['start {}', 'go'],
      states: ['idle', 'idle'],
    },
  ])
})

test('the outcome of a task that was left is a violation where a wildcard takes it', () => {
  const machine = chart.createMachine({
    context,
    initial: 'idle',
    on: { 'xstate.done.actor.*': { actions: 'count' } } as never,
    states: {
      idle: { on: { go: 'busy' } },
      busy: { invoke: { src: 'work', onDone: 'idle', onError: 'idle' }, after: { soon: 'idle' } },
    },
  })
  expect(found(machine, { idle: 'waits' }).violations.map(({ invariant }) => invariant)).toEqual([
    'a late result changes nothing',
  ])
})
