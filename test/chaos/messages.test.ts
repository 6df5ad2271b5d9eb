import { describe, expect, test } from 'vitest'
import { Messages, textOfMessage } from '../../chaos/messages.js'

const ONCE = false
const AGAIN = true

/** What is found of messages of these policies that go over channels so: `[channel, number]`. */
const found = (policies: readonly boolean[], way: readonly (readonly [number, number])[]): string[] => {
  const messages = new Messages()
  for (const repeats of policies) messages.next(repeats)
  for (const [channel, number] of way) messages.handed(channel, textOfMessage(number, 5))
  return messages.findings.map(({ invariant }) => invariant)
}

describe('messages on their way', () => {
  test.each<[string, boolean[], [number, number][], string[]]>([
    [
      'in their order over two channels',
      [ONCE, ONCE, ONCE],
      [
        [1, 1],
        [1, 2],
        [2, 3],
      ],
      [],
    ],
    [
      'one is left out',
      [ONCE, ONCE, ONCE],
      [
        [1, 1],
        [1, 3],
      ],
      [],
    ],
    [
      'out of their order',
      [ONCE, ONCE],
      [
        [1, 2],
        [1, 1],
      ],
      ['messages go out in their order'],
    ],
    [
      'one twice that must not be',
      [ONCE],
      [
        [1, 1],
        [2, 1],
      ],
      ['nothing goes out twice under atMostOnce'],
    ],
    [
      'one repeated over the next channel, before the others',
      [AGAIN, AGAIN, ONCE],
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [2, 3],
      ],
      [],
    ],
    [
      'one repeated over the same channel',
      [AGAIN],
      [
        [1, 1],
        [1, 1],
      ],
      ['nothing goes out twice over one channel', 'what is repeated goes before what waits'],
    ],
    [
      'repeated behind what waited',
      [AGAIN, ONCE],
      [
        [1, 1],
        [2, 2],
        [2, 1],
      ],
      ['what is repeated goes before what waits'],
    ],
    [
      'repeated out of their order',
      [AGAIN, AGAIN],
      [
        [1, 1],
        [1, 2],
        [2, 2],
        [2, 1],
      ],
      ['what is repeated keeps its order'],
    ],
  ])('%s', (_, policies, way, expected) => {
    expect(found(policies, way)).toEqual(expected)
  })

  test('what is no message of the application is nobody’s', () => {
    const messages = new Messages()
    messages.handed(1, '{"type":"request"}')
    expect(messages.findings).toEqual([])
  })
})

describe('what is told of messages', () => {
  test.each<[string, ['sent' | 'delivered' | 'unconfirmed' | 'expired' | 'refused', number][], string[], number[]]>([
    [
      'each has one end',
      [
        ['sent', 1],
        ['delivered', 1],
        ['expired', 2],
      ],
      [],
      [],
    ],
    [
      'one has none',
      [
        ['sent', 1],
        ['expired', 2],
      ],
      [],
      [1],
    ],
    [
      'one has two',
      [
        ['sent', 1],
        ['delivered', 1],
        ['unconfirmed', 1],
        ['refused', 2],
      ],
      ['a message has one end'],
      [],
    ],
    [
      'one is delivered that was never sent',
      [
        ['delivered', 1],
        ['expired', 2],
      ],
      ['what is delivered was sent'],
      [],
    ],
    [
      'one that was sent expires',
      [
        ['sent', 1],
        ['expired', 1],
        ['expired', 2],
      ],
      ['what was sent is no more refused'],
      [],
    ],
  ])('%s', (_, told, expected, endless) => {
    const messages = new Messages()
    for (const id of [1, 2]) messages.taken(id)
    for (const [fate, id] of told) messages.told({ fate, ids: [id] })
    expect([messages.findings.map(({ invariant }) => invariant), messages.endless]).toEqual([expected, endless])
  })

  test('ids count upward', () => {
    const messages = new Messages()
    messages.taken(2)
    messages.taken(2)
    expect(messages.findings).toEqual([{ invariant: 'ids count upward', complaint: '2 after 2' }])
  })
})
