import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SenderInfo } from '../../src/interfaces/connector.js'
import {
  receiverCount,
  released,
  senderList,
  withReceiver,
  withReserve,
  withSender,
  type Line,
  type SenderLine,
} from '../../src/protocol/tracks-to-m-lines.js'

type Kind = Line['kind']

const sender = (kind: Kind, name: string, more: Partial<SenderInfo> = {}): SenderLine => ({
  info: {
    kind,
    name,
    uuid: `uuid of ${name}`,
    label: `label of ${name}`,
    screen: false,
    simulcast: false,
    max_bitrate: 0,
    ...more,
  },
  preferredCodecs: [],
})

/** What the gateway is told of a sender with nothing set. */
const PLAIN = { screen: false, simulcast: false, max_bitrate: 0 }

const receiver = (id: number, kind: Kind, ordinal: number, owner: string | null): Line => ({
  id,
  kind,
  role: 'receiver',
  owner,
  ordinal,
})

describe('lines', () => {
  test('senders and receivers get a line each, in the order of creation; receivers count per kind', () => {
    let lines: Line[] = []
    lines = withReceiver(lines, 'r1', 'video')
    lines = withSender(lines, 's1', sender('audio', 'mic'))
    lines = withReceiver(lines, 'r2', 'audio')
    lines = withReceiver(lines, 'r3', 'video')
    expect(lines).toEqual([
      receiver(0, 'video', 0, 'r1'),
      { id: 1, kind: 'audio', role: 'sender', owner: 's1', ordinal: -1, sender: sender('audio', 'mic') },
      receiver(2, 'audio', 0, 'r2'),
      receiver(3, 'video', 1, 'r3'),
    ])
    expect(receiverCount(lines)).toEqual({ audio: 1, video: 2 })
  })

  test('a stopped receiver leaves its line to the next of its kind, not to one of the other kind or a sender', () => {
    const one = released(withReceiver([], 'r1', 'video'), 'r1')
    expect(one).toEqual([receiver(0, 'video', 0, null)])
    expect(withReceiver(one, 'r2', 'audio')).toEqual([receiver(0, 'video', 0, null), receiver(1, 'audio', 0, 'r2')])
    expect(withSender(one, 's1', sender('video', 'cam'))[0]).toEqual(receiver(0, 'video', 0, null))
    expect(withReceiver(one, 'r3', 'video')).toEqual([receiver(0, 'video', 0, 'r3')])
  })

  test('of several free lines the first is taken', () => {
    let lines = withReserve([], { audio: 3, video: 0 })
    lines = withReceiver(lines, 'r1', 'audio')
    lines = withReceiver(lines, 'r2', 'audio')
    lines = released(lines, 'r1')
    expect(withReceiver(lines, 'r3', 'audio').map(({ owner }) => owner)).toEqual(['r3', 'r2', null])
  })

  test('a stopped sender keeps its line for its name, and the uuid with it', () => {
    const stopped = released(withSender([], 's1', sender('video', 'cam', { uuid: 'first' })), 's1')
    const others = withSender(stopped, 's2', sender('video', 'screen'))
    const again = withSender(others, 's3', sender('video', 'cam', { uuid: 'second' }))
    expect(again.map(({ id, owner, sender: its }) => [id, owner, its?.info.name, its?.info.uuid])).toEqual([
      [0, 's3', 'cam', 'first'],
      [1, 's2', 'screen', 'uuid of screen'],
    ])
  })

  test('the kept line of a name serves no sender of the other kind', () => {
    const stopped = released(withSender([], 's1', sender('video', 'main')), 's1')
    const lines = withSender(stopped, 's2', sender('audio', 'main'))
    expect(lines.map(({ id, kind, owner }) => [id, kind, owner])).toEqual([
      [0, 'video', null],
      [1, 'audio', 's2'],
    ])
  })

  test('the reserve is a number of lines, used or not', () => {
    const lines = withReceiver(withReceiver([], 'r1', 'video'), 'r2', 'video')
    expect(withReserve(lines, { audio: 0, video: 2 })).toEqual(lines)
    expect(withReserve(lines, { audio: 1, video: 3 })).toEqual([
      receiver(0, 'video', 0, 'r1'),
      receiver(1, 'video', 1, 'r2'),
      receiver(2, 'audio', 0, null),
      receiver(3, 'video', 2, null),
    ])
  })

  test('releasing an unknown owner changes nothing', () => {
    const lines = withReceiver([], 'r1', 'video')
    expect(released(lines, 'r2')).toEqual(lines)
  })

  test.each(['audio', 'video'] as const)('100 rounds of stop and create add no line (%s)', (kind) => {
    let lines = withReserve(withSender([], 's0', sender(kind, 'main')), { audio: 2, video: 2 })
    lines = withReceiver(lines, 'r0', kind)
    const before = lines.length
    const ordinals = new Set<number>()
    for (let round = 1; round <= 100; round += 1) {
      lines = released(released(lines, `r${round - 1}`), `s${round - 1}`)
      lines = withReceiver(lines, `r${round}`, kind)
      lines = withSender(lines, `s${round}`, sender(kind, 'main', { uuid: `uuid of round ${round}` }))
      ordinals.add(lines.find(({ owner }) => owner === `r${round}`)!.ordinal)
    }
    expect({ before, after: lines.length, ordinals: [...ordinals] }).toEqual({ before: 5, after: 5, ordinals: [0] })
    expect(senderList(lines)).toEqual([{ ...PLAIN, uuid: 'uuid of main', label: 'label of main', kind, name: 'main' }])
  })
})

describe('what the gateway is told of senders', () => {
  test('who they are, and what was set', () => {
    let lines = withSender([], 's1', sender('audio', 'mic'))
    lines = withSender(lines, 's2', sender('video', 'show', { screen: true, simulcast: true, max_bitrate: 300_000 }))
    expect(senderList(lines)).toEqual([
      { ...PLAIN, uuid: 'uuid of mic', label: 'label of mic', kind: 'audio', name: 'mic' },
      {
        uuid: 'uuid of show',
        label: 'label of show',
        kind: 'video',
        name: 'show',
        screen: true,
        simulcast: true,
        max_bitrate: 300_000,
      },
    ])
  })

  test('a stopped sender stays in the list: its line is still offered', () => {
    const lines = withSender([], 's1', sender('audio', 'mic'))
    expect(senderList(released(lines, 's1'))).toEqual(senderList(lines))
  })
})

describe('any sequence of wishes', () => {
  interface Model {
    lines: Line[]
    /** Lines after each step. */
    readonly history: Line[][]
    readonly live: Map<string, { role: Line['role']; kind: Kind; name?: string }>
    readonly kinds: Map<string, Kind>
    created: number
  }

  type Step = (model: Model) => void

  const kind = fc.constantFrom<Kind>('audio', 'video')
  const step: fc.Arbitrary<Step> = fc.oneof(
    kind.map((kind): Step => (model) => {
      const owner = `r${(model.created += 1)}`
      model.lines = withReceiver(model.lines, owner, kind)
      model.live.set(owner, { role: 'receiver', kind })
    }),
    fc.record({ kind, name: fc.constantFrom('a', 'b', 'c', 'd') }).map(({ kind, name }): Step => (model) => {
      // What the facade refuses with `duplicate` does not get here.
      const { live, kinds } = model
      if ([...live.values()].some((track) => track.name === name)) return
      if ((kinds.get(name) ?? kind) !== kind) return
      kinds.set(name, kind)
      const owner = `s${(model.created += 1)}`
      model.lines = withSender(model.lines, owner, sender(kind, name, { uuid: `uuid ${model.created}` }))
      live.set(owner, { role: 'sender', kind, name })
    }),
    fc.nat(20).map((index): Step => (model) => {
      const owner = [...model.live.keys()][index]
      if (owner === undefined) return
      model.live.delete(owner)
      model.lines = released(model.lines, owner)
    }),
    fc.record({ audio: fc.nat(4), video: fc.nat(4) }).map((reserve): Step => (model) => {
      model.lines = withReserve(model.lines, reserve)
    }),
  )

  const played = (steps: Step[]): Model => {
    const model: Model = { lines: [], history: [[]], live: new Map(), kinds: new Map(), created: 0 }
    for (const act of steps) {
      const before = model.lines
      const copy = structuredClone(before)
      act(model)
      expect(before).toEqual(copy)
      model.history.push(model.lines)
    }
    return model
  }

  const holds = (claim: (model: Model) => void) =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => void claim(played(steps))),
      { numRuns: 300 },
    )

  const fixed = ({ id, kind, role, ordinal, sender: info }: Line) => ({ id, kind, role, ordinal, info })

  test('lines only grow: what a line is never changes, only who has it', () => {
    holds(({ history, lines }) => {
      const last = lines.map(fixed)
      for (const earlier of history) expect(earlier.map(fixed)).toEqual(last.slice(0, earlier.length))
    })
  })

  test('ids are positions', () => {
    holds(({ lines }) => expect(lines.map(({ id }) => id)).toEqual(lines.map((_, index) => index)))
  })

  test('ordinals count the receivers per kind, and senders have none', () => {
    holds(({ lines }) => {
      const next = { audio: 0, video: 0 }
      const expected = lines.map((line) => (line.role === 'sender' ? -1 : next[line.kind]++))
      expect(lines.map(({ ordinal }) => ordinal)).toEqual(expected)
      expect(receiverCount(lines)).toEqual(next)
    })
  })

  test('every live track has one line of its kind and role, and nobody else has one', () => {
    holds(({ lines, live }) => {
      const owned = lines.filter(({ owner }) => owner !== null)
      expect(
        new Map(owned.map(({ owner, kind, role, sender: its }) => [owner, { kind, role, name: its?.info.name }])),
      ).toEqual(new Map([...live].map(([owner, { kind, role, name }]) => [owner, { kind, role, name }])))
      expect(owned).toHaveLength(live.size)
    })
  })

  test('a new receiver adds a line only when none of its kind is free', () => {
    holds(({ lines }) => {
      for (const wanted of ['audio', 'video'] as const) {
        const free = lines.some(({ kind, role, owner }) => kind === wanted && role === 'receiver' && owner === null)
        expect(withReceiver(lines, 'new', wanted)).toHaveLength(free ? lines.length : lines.length + 1)
      }
    })
  })

  test('the sender list has the order of the m-lines, each name once, and its uuid never changes', () => {
    const uuids = ({ lines }: { lines: Line[] }) => senderList(lines).map(({ name, uuid }) => [name, uuid])
    holds(({ lines, history, kinds }) => {
      const list = senderList(lines)
      expect(list.map(({ name }) => name)).toEqual(lines.flatMap(({ sender: its }) => (its ? [its.info.name] : [])))
      expect(new Map(list.map(({ name, kind }) => [name, kind]))).toEqual(kinds)
      expect(list).toHaveLength(kinds.size)
      for (const earlier of history)
        expect(uuids({ lines: earlier })).toEqual(uuids({ lines }).slice(0, senderList(earlier).length))
    })
  })
})
