import { describe, expect, test } from 'vitest'
import { assign, type AnyStateMachine } from 'xstate'
import { BOUNDS } from '../../system/commands.js'
import { INVARIANTS } from '../../system/invariants.js'
import { realPort, type Port } from '../../system/mail.js'
import { Search, type Budget } from '../../system/search.js'
import { SUBJECTS, type Kind } from '../../system/subjects.js'
import { System } from '../../system/system.js'
import { SHORT_LADDER } from '../../system/tiers.js'

type Implementations = Parameters<AnyStateMachine['provide']>[0]

/** A system in which one chart does something else, with its own rules taken away: those are held elsewhere. */
const planted = (kind: Kind, implementations: Implementations): System => {
  const subject = SUBJECTS[kind]
  const machine = subject.machine.provide(implementations)
  return new System({ ladder: SHORT_LADDER, subjects: { [kind]: { ...subject, machine, invariants: [] } } })
}

const violations = (system: System, budget: Budget) =>
  new Search(system, { ...budget, bounds: BOUNDS, invariants: INVARIANTS, first: true }).run().violations

const nothing = () => {}

describe('a fault in one chart is seen, with the shortest way to it', () => {
  test('a caller that was served is kept: it is answered twice', () => {
    const found = violations(planted('negotiation', { actions: { 'serve the caller': nothing } }), {
      commands: 2,
      faults: 1,
    })
    const once = found.find(({ invariant }) => invariant === 'a promise settles once')
    expect(once?.complaint).toBe('caller 1 does not wait, or not any more')
    expect(once?.path.filter((label) => /^(connect|generateOffer)$/.test(label))).toEqual(['connect', 'generateOffer'])
  })

  test('a caller is forgotten where there is no peer connection', () => {
    const found = violations(planted('negotiation', { guards: { 'a caller waits for its turn': () => false } }), {
      commands: 1,
      faults: 0,
    })
    expect(found).toEqual([
      {
        invariant: 'whoever waits is answered',
        complaint: 'nothing bounds generateOffer',
        path: ['start', 'generateOffer'],
      },
    ])
  })

  test('a new sender comes before the lines that there are', () => {
    const first = assign(({ context, event }) => ({
      lines: [{ id: 9, kind: 'video', role: 'sender', owner: null, ordinal: -1, sender: event.line }, ...context.lines],
    }))
    const found = violations(planted('session', { actions: { 'create the sender': first } }), {
      commands: 2,
      faults: 0,
    })
    expect(found.map(({ invariant }) => invariant)).toContain('the order of senders is that of the m-lines')
  })

  test('a peer connection stays after the close', () => {
    const system = planted('connection', { actions: { 'close the peer connection': nothing } })
    expect(violations(system, { commands: 2, faults: 0 })).toContainEqual({
      invariant: 'after closed only farewells are left',
      complaint: 'connection has peer connection',
      path: ['start', 'connect', 'connection: "select gateway" done', 'close'],
    })
  })

  test('the budgets come back with each recovery', () => {
    const system = planted('connection', { actions: { 'begin a recovery': assign({ spent: [], rung: -1 }) } })
    const found = violations(system, { commands: 1, faults: 2 })
    expect(found.map(({ invariant }) => invariant)).toEqual(['budgets grow by stable time alone'])
  })

  test('a generation ends without a farewell', () => {
    const ended = assign(({ context }) => ({ ended: context.generation, channel: 'absent', negotiated: 0 }))
    const found = violations(planted('session', { actions: { 'end the generation': ended } }), {
      commands: 2,
      faults: 0,
    })
    expect(found).toContainEqual(
      expect.objectContaining({
        invariant: 'one server session at a time',
        complaint: 'nobody ends that of generation 1',
      }),
    )
  })

  test('the last word is not said: nobody settles what was promised', () => {
    const system = planted('session', { actions: { 'announce what changed': nothing } })
    expect(violations(system, { commands: 2, faults: 0 })).toContainEqual({
      invariant: 'in the end every promise has settled',
      complaint: 'somebody still waits',
      path: ['start', 'connect', 'close'],
    })
  })

  test('the data path sends what waits the other way round, or again with each channel', () => {
    const failing = (change: (port: Port) => Partial<Port>) => {
      const port = (): Port => {
        const real = realPort()
        const bound = { send: real.send.bind(real), open: real.open.bind(real), shut: real.shut.bind(real) }
        return { ...bound, hold: real.hold.bind(real), ...change(real) }
      }
      return violations(new System({ ladder: SHORT_LADDER, port }), { commands: 3, faults: 0 })
    }
    const backwards = failing((real) => {
      const kept: string[] = []
      return {
        send: (data) => kept.unshift(data as string),
        open: (channel, bound) => {
          for (const data of kept) real.send(data)
          real.open(channel, bound)
        },
      }
    })
    const again = failing(() => ({
      open: (channel) => {
        channel.send('message 1')
        channel.send('message 1')
      },
    }))
    const names = (found: typeof again) => found.map(({ invariant }) => invariant)
    expect([names(backwards), names(again)]).toEqual([
      ['messages go out in order and once'],
      ['messages go out in order and once'],
    ])
  })

  test('a rule of a single chart holds in the system too', () => {
    const { connection } = SUBJECTS
    const machine = connection.machine.provide({ actions: { 'close the peer connection': nothing } })
    const system = new System({ ladder: SHORT_LADDER, subjects: { connection: { ...connection, machine } } })
    expect(violations(system, { commands: 2, faults: 0 }).map(({ invariant }) => invariant)).toContain(
      'connection: nothing outlives an attempt',
    )
  })
})
