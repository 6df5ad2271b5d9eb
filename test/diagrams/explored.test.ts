import { describe, expect, test } from 'vitest'
import type { AnyEventObject } from 'xstate'
import { CHARTS, edgeId, edgesOf, explore, type Edge, type Subject } from '../../src/testing/explore/index.js'
import { DECLARED } from '../../src/machines/declared.js'
import { FACADE, opaqueIn } from '../../visualizations/src/model/actions.js'
import { isMachine, modelOf } from '../../visualizations/src/model/chart.js'
import { actionsBelow, edgesBelow, statesOf, type Action, type Chart } from '../../visualizations/src/model/types.js'

const charts = new Map(modelOf(CHARTS).map((chart) => [chart.name, chart]))
const machines = new Map(CHARTS.map(({ name, machine }) => [name, machine]))

/** How many states are looked at, as long as an edge or a word has not been seen; `npm run explore` looks at all. */
const STATES = [400, 2_000, 8_000]

const words = (actions: readonly Action[]): string[] =>
  actions.flatMap(({ words, starts }) => [
    ...words.map(({ to, event }) => `${event} to ${to}`),
    ...starts.map((started) => `begins ${started}`),
  ])

/** Everything that a chart declares to tell. */
const wordsOf = ({ root }: Chart): string[] => [...new Set(words(actionsBelow(root)))].sort()

const nameOf = ({ from, to }: Edge, id: string): string =>
  [...(from?.actors ?? []), ...to.actors].find((actor) => actor.id === id)?.name ?? id

/** What a step let others know. A chart that does not take an event is not told by it. */
const toldIn = (edge: Edge, invoked: ReadonlySet<string>): string[] => {
  const { told, sent, emitted, started } = edge.step
  const to = (name: string) => (event: AnyEventObject) => `${event.type} to ${name}`
  return [
    ...told.map(to('session')),
    ...sent
      .map((one) => ({ name: nameOf(edge, one.to), event: one.event }))
      .filter(({ name, event }) => machines.get(name)?.events.includes(event.type))
      .map(({ name, event }) => to(name)(event)),
    ...emitted.map(to(FACADE)),
    ...started.filter(({ name }) => !invoked.has(name)).map(({ name }) => `begins ${name}`),
  ]
}

interface Seen {
  readonly taken: ReadonlySet<string>
  readonly told: ReadonlySet<string>
  /** What was told without a declaration, with the edges that were taken. */
  readonly undeclared: ReadonlySet<string>
}

/** Explores a chart, and holds each step against what the model says of the edges that were taken. */
const seenAmong = (maxStates: number, subject: Subject, { root }: Chart): Seen => {
  const taken = new Set<string>()
  const told = new Set<string>()
  const undeclared = new Set<string>()
  const ofEdge = new Map(edgesBelow(root).map(({ id, actions }) => [id, words(actions)]))
  const ofState = new Map(statesOf(root).map(({ id, entry, exit }) => [id, words([...entry, ...exit])]))
  const invoked = new Set(statesOf(root).flatMap(({ invokes }) => invokes.map(({ name }) => name)))
  const record = (edge: Edge): false => {
    const passes = edge.step.taken ?? []
    const passed = [...edge.step.visited, ...(edge.from?.snapshot._nodes ?? []).map(({ id }) => id)]
    const allowed = new Set([
      ...passes.flatMap((id) => ofEdge.get(id) ?? []),
      ...passed.flatMap((id) => ofState.get(id) ?? []),
    ])
    for (const id of passes) taken.add(id)
    for (const word of toldIn(edge, invoked)) {
      told.add(word)
      if (!allowed.has(word)) undeclared.add(`${word}: ${passes.join(', ')}`)
    }
    return false
  }
  explore({ ...subject, invariants: [record] as never }, { maxStates, edges: true })
  return { taken, told, undeclared }
}

const seenOf = (subject: Subject, chart: Chart): Seen => {
  let seen: Seen | undefined
  for (const maxStates of STATES) {
    seen = seenAmong(maxStates, subject, chart)
    if (seen.taken.size === edgesBelow(chart.root).length && seen.told.size === wordsOf(chart).length) break
  }
  return seen as Seen
}

describe.each(CHARTS.map((subject) => [subject.name, subject] as const))('%s', (name, subject) => {
  const chart = charts.get(name) as Chart

  test('has the edges that the explorer takes, and tells whom the explorer sees it tell', () => {
    const seen = seenOf(subject, chart)
    expect([...seen.taken].sort()).toEqual(
      edgesBelow(chart.root)
        .map(({ id }) => id)
        .sort(),
    )
    expect([...seen.undeclared]).toEqual([])
    expect([...seen.told].sort()).toEqual(wordsOf(chart))
  })

  test('declares what its opaque actions send, and nothing else', () => {
    expect(opaqueIn(subject.machine).sort()).toEqual(Object.keys(DECLARED[name] ?? {}).sort())
  })
})

test('a declaration that is missing is noticed', () => {
  const subject = CHARTS.find(({ name }) => name === 'channel') as Subject
  const chart = charts.get('channel') as Chart
  const silent = JSON.parse(JSON.stringify(chart, (key, value: unknown) => (key === 'words' ? [] : value))) as Chart
  expect(seenOf(subject, silent).undeclared.size).toBeGreaterThan(0)
})

test('every chart that ships is drawn', () => {
  const shipped = new Set(
    CHARTS.flatMap(({ machine }) => Object.entries(machine.implementations.actors))
      .filter(([, logic]) => isMachine(logic))
      .map(([name]) => name),
  )
  expect([...shipped, 'session'].sort()).toEqual([...charts.keys()].sort())
})

test('names of edges are the same for what is provided with actors', () => {
  for (const { machine } of CHARTS)
    expect(edgesOf(machine.provide({})).map(edgeId)).toEqual(edgesOf(machine).map(edgeId))
})
