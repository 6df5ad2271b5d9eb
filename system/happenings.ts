import type { AnyEventObject } from 'xstate'
import type { SessionContext } from '../src/machines/session.setup.js'
import type { Configuration, Stimulus } from '../src/testing/explore/index.js'
import { COMMANDS, type Bounds } from './commands.js'
import type { Happening, System, SystemState } from './system.js'
import { USUAL_DELAYS, WATCHES } from './tables.js'
import type { World } from './world.js'

/** What is told of streams in the room: of the own one once it flows, of the other as long as somebody shows it. */
const news = ({ state }: Configuration, chart: string): Happening[] => {
  const own = chart.startsWith('sender')
  const told = (cost: Happening['cost'], type: 'stream.added' | 'stream.removed'): Happening => {
    const source = own ? { peer: 'alice', stream: 'camera' } : { peer: 'bob', stream: 'camera' }
    return happens('session', cost, { type, source, own }, `${type} ${own ? 'own' : 'of bob'}`)
  }
  if (own && /server\.(informed|vanished)/.test(state) && state.includes('source.flowing'))
    return [told('free', 'stream.added')]
  if (own) return state.includes('server.shown') ? [told('fault', 'stream.removed')] : []
  if (state.includes('subscription.sourceless')) return [told('free', 'stream.added')]
  return state.includes('subscription.attached') ? [told('fault', 'stream.removed')] : []
}

const happens = (to: string, cost: Happening['cost'], event: AnyEventObject, label = labelOf(event)): Happening => ({
  label: `${to}: ${label}`,
  cost,
  to,
  stimulus: { label, cause: 'actor', event },
})

const labelOf = ({ type, state, flowing }: AnyEventObject): string =>
  [type, state, flowing].filter((part) => part !== undefined).join(' ')

/** A task that ends well is the normal course, and so is a report of what a fault has done. */
const costOf = ({ outcome, timer }: Stimulus): Happening['cost'] => {
  if (timer !== undefined) return USUAL_DELAYS.some((name) => timer.includes(`.${name}.`)) ? 'free' : 'fault'
  return outcome && 'error' in outcome ? 'fault' : 'free'
}

/** All that may happen to a system next. */
export class Happenings {
  readonly #ofCharts = new Map<string, Happening[]>()

  constructor(
    private readonly system: System,
    private readonly bounds: Bounds,
  ) {}

  of(state: SystemState, { commands, faults }: { commands: number; faults: number }): Happening[] {
    const found: Happening[] = []
    for (const [chart, number] of state.charts) {
      const at = this.system.chart(state, chart) as Configuration
      if (at.snapshot.status !== 'active') return []
      for (const own of this.#ofChart(chart, number)) if (own.cost === 'free' || faults > 0) found.push(own)
      for (const told of this.#told(chart, at, state.world)) if (told.cost === 'free' || faults > 0) found.push(told)
    }
    return commands > 0 && !state.world.closed ? [...found, ...this.#called(state)] : found
  }

  /** How tasks end, and timers fire: it depends on the chart alone. */
  #ofChart(chart: string, number: number): Happening[] {
    const key = `${chart} ${number}`
    let known = this.#ofCharts.get(key)
    if (!known) {
      known = this.system.own(chart, number).map((stimulus) => ({
        label: `${chart}: ${stimulus.label}`,
        cost: costOf(stimulus),
        to: chart,
        stimulus,
      }))
      this.#ofCharts.set(key, known)
    }
    return known
  }

  #told(chart: string, at: Configuration, world: World): Happening[] {
    const told = at.actors.flatMap(({ name }) =>
      (WATCHES[name]?.(at, world, this.bounds.generations) ?? []).map(([cost, event]) => happens(chart, cost, event)),
    )
    return /^(sender|receiver)/.test(chart) ? [...told, ...news(at, chart)] : told
  }

  #called(state: SystemState): Happening[] {
    const session = (this.system.chart(state, 'session') as Configuration<SessionContext>).context
    const desk = {
      session,
      chart: <Context>(id: string) => this.system.chart<Context>(state, id),
      world: state.world,
      mailbox: this.system.mail,
      bounds: this.bounds,
    }
    return Object.values(COMMANDS)
      .flatMap((calls) => calls(desk))
      .map(({ name, to, event, asks }) => ({
        label: name,
        cost: 'command',
        ...(to && event && { to, stimulus: { label: name, cause: 'application', event } }),
        ...(asks && { asks }),
      }))
  }
}
