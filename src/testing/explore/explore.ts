import { invokesOf, namedIn } from './chart.js'
import { Footing } from './footing.js'
import { Interpreter, plain } from './interpreter.js'
import { stimuliOf } from './stimuli.js'
import type { Exploration, ExploreOptions, Graph, Violation } from './findings.js'
import { prose, type Configuration, type Edge, type Invariant, type Subject } from './types.js'

/** Makes the text by which equal configurations are known. Most objects are shared between them: each is read once. */
export const keys = (inessential: readonly string[]) => {
  const left = Object.fromEntries(inessential.map((part) => [part, undefined]))
  const read = new WeakMap<object, string>()
  const once = (data: object, essence: (data: object) => unknown): string => {
    const known = read.get(data)
    if (known !== undefined) return known
    const text = plain(essence(data))
    read.set(data, text)
    return text
  }
  return ({ snapshot, state, actors, timers, memory }: Configuration): string =>
    [
      snapshot.status,
      state,
      once(snapshot.context, (context) => ({ ...context, ...left })),
      actors.map((actor) => once(actor, (data) => data)).sort(),
      [...timers].sort(),
      plain(memory),
    ].join('\n')
}

/** A chart that threw can be told nothing any more. */
export const theChartNeverFails: Invariant = ({ step: { failure } }) =>
  failure !== undefined && `it failed: ${failure instanceof Error ? failure.message : plain(failure)}`

/** Explores a chart breadth-first, until nothing new is found within the bounds of its environment. */
export const explore = (subject: Subject, { maxStates = 200_000, edges = false }: ExploreOptions = {}): Exploration => {
  const interpreter = new Interpreter(subject, edges)
  const { environment, machine } = subject
  const keyOf = keys((environment.inessential ?? []) as readonly string[])
  const invariants = [theChartNeverFails, ...subject.invariants] as Invariant[]
  const invokes = invokesOf(machine)
  const footing = new Footing(subject)
  const known = new Map<string, number>()
  const waiting: Configuration[] = []
  const came: { parent: number; label: string; state: string }[] = []
  const graph: Graph = { from: [], to: [], cause: [] }
  const violations = new Map<string, Violation>()

  const wayTo = (index: number): { path: string[]; states: string[] } => {
    const path: string[] = []
    const states: string[] = []
    for (let at = index; at >= 0; at = came[at]?.parent ?? -1) {
      path.unshift(came[at]?.label ?? '')
      states.unshift(came[at]?.state ?? '')
    }
    return { path, states }
  }
  const complain = (invariant: string, complaint: string, parent: number, label: string, state: string) => {
    if (violations.has(invariant)) return
    const { path, states } = wayTo(parent)
    violations.set(invariant, { invariant, complaint, path: [...path, label], states: [...states, state] })
  }

  /** Takes an edge in: judges it, and keeps where it leads if that is new. */
  const take = (edge: Edge, parent: number): void => {
    const { step, to } = edge
    const { label, cause } = step.stimulus
    for (const invariant of invariants) {
      const complaint = invariant(edge, subject)
      if (complaint) complain(prose(invariant.name), complaint, parent, label, to.state)
    }
    const key = keyOf(to)
    let index = known.get(key)
    if (index === undefined) {
      index = came.length
      known.set(key, index)
      came.push({ parent, label, state: to.state })
      waiting.push(to)
      footing.stand(to, index)
    }
    footing.step(edge)
    if (parent < 0) return
    graph.from.push(parent)
    graph.to.push(index)
    graph.cause.push(cause)
  }

  for (const input of environment.inputs)
    for (const memory of environment.memories) take(interpreter.begin(input, memory), -1)
  let at = 0
  for (; at < waiting.length && at < maxStates; at += 1) {
    const configuration = waiting[at] as Configuration
    // What was expanded is not needed any more, and a snapshot is large.
    delete waiting[at]
    if (configuration.snapshot.status !== 'active') continue
    for (const stimulus of stimuliOf(subject, configuration)) take(interpreter.next(configuration, stimulus), at)
    const active = new Set(configuration.snapshot._nodes.map(({ id }) => id))
    for (const { actor, node } of invokes) {
      const late = { type: `xstate.done.actor.${actor}`, output: undefined, actorId: actor }
      if (!active.has(node) && !interpreter.ignores(configuration, late))
        complain('a late result changes nothing', `"${late.type}" is taken`, at, `late ${actor}`, configuration.state)
    }
  }

  return {
    chart: subject.name,
    states: came.length,
    edges: graph.from.length,
    invariants: [...invariants.map(({ name }) => prose(name)), 'a late result changes nothing'],
    violations: [...violations.values()],
    unreachable: footing.unreachable(),
    deadEnds: footing.deadEnds(graph, (index) => wayTo(index).path),
    rests: environment.rests,
    unused: unusedOf(machine, interpreter),
    exhaustive: at >= waiting.length,
  }
}

const unusedOf = (machine: Subject['machine'], { coverage }: Interpreter): string[] => {
  const named = namedIn(machine)
  return [
    ...named.guards.flatMap((name) => {
      const answers = coverage.guards.get(name)
      if (!answers) return [`guard "${name}" is never asked`]
      return answers.size === 1 ? [`guard "${name}" is never ${String(!answers.has(true))}`] : []
    }),
    ...named.actions.filter((name) => !coverage.actions.has(name)).map((name) => `action "${name}" never runs`),
  ]
}
