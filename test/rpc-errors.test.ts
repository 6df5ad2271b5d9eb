import { describe, expect, test } from 'vitest'
import { failure } from '../src/errors.js'
import type { RealtimeError } from '../src/index.js'
import { failed, verdict } from './support/network.js'
import { answer, event, request, settled, stage, zlib } from './support/rpc-stage.js'

const LISTENER = failed('listener-failed', { phase: 'connected', retryable: false })
const UNDECODABLE = failed('undecodable', { phase: 'connected', retryable: false })
const told = (errors: RealtimeError[]) => errors.map(({ facts, cause }) => [verdict(facts), cause])

/** A stage without `onError`, and the warnings of its socket. */
const unattended = () => {
  const made = stage(undefined, { onError: undefined as never })
  const warnings: RealtimeError[] = []
  made.socket.on('warning', (error) => warnings.push(error))
  return { ...made, warnings }
}

describe('handlers that fail', () => {
  const cause = new Error('from a handler')

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw cause
      },
    ],
    ['rejects', () => Promise.reject(cause)],
    ['rejects late', () => settled().then(() => Promise.reject(cause))],
  ])('E61 one of an event that %s is reported once; the others run, the next event comes', async (_, handler) => {
    const { socket, rpc, reported, unheard } = stage()
    const heard: unknown[] = []
    rpc.on('x', handler)
    rpc.on('x', (data) => heard.push(data))
    socket.arrives(event('x', 1))
    await settled()
    await settled()
    expect([told(reported), heard]).toEqual([[[LISTENER, cause]], [1]])
    socket.arrives(event('x', 2))
    expect([heard, unheard]).toEqual([[1, 2], []])
    await settled()
    await settled()
    expect(reported).toHaveLength(2)
  })

  test.each([['a text'], [undefined], [null], [5]])('E61 what is thrown may be %j', async (thrown) => {
    const { socket, rpc, reported } = stage()
    rpc.on('x', () => {
      throw thrown
    })
    socket.arrives(event('x'))
    await settled()
    expect(reported.map(({ facts }) => verdict(facts))).toEqual([LISTENER])
  })

  test('E61 one of a request that fails is answered, not reported', async () => {
    const { socket, rpc, reported } = stage()
    rpc.on('x', () => Promise.reject(cause))
    socket.arrives(request(1, 'x'))
    await settled()
    expect([socket.sent, reported]).toEqual([[{ type: 'answer', req_id: 1, success: false, data: cause.message }], []])
  })

  test('E61 a handler runs at once, of an event and of a request', () => {
    const { socket, rpc } = stage()
    const heard: unknown[] = []
    rpc.on('x', (data) => heard.push(data))
    socket.arrives(event('x', 1), request(1, 'x', 2))
    expect(heard).toEqual([1, 2])
  })

  test('E61 one that is removed by another during an event does not run', () => {
    const { socket, rpc } = stage()
    const heard: string[] = []
    const second = () => void heard.push('second')
    rpc.on('x', () => rpc.off('x', second))
    rpc.on('x', second)
    const off = rpc.on('x', () => {
      heard.push('third')
      off()
    })
    rpc.on('x', () => void heard.push('fourth'))
    socket.arrives(event('x'), event('x'))
    expect(heard).toEqual(['third', 'fourth', 'fourth'])
  })

  test.each(['off', 'offAllListeners'] as const)('nor does one that is removed with all the others (%s)', (name) => {
    const { socket, rpc } = stage()
    const heard: string[] = []
    rpc.on('x', () => rpc[name]('x'))
    rpc.on('x', () => void heard.push('second'))
    socket.arrives(event('x'))
    expect(heard).toEqual([])
  })

  test('one that is added during an event runs from the next on', () => {
    const { socket, rpc } = stage()
    const heard: string[] = []
    const added = () => void heard.push('added')
    rpc.on('x', () => void rpc.on('x', added))
    socket.arrives(event('x'))
    expect(heard).toEqual([])
    socket.arrives(event('x'))
    expect(heard).toEqual(['added'])
  })
})

describe('who is told', () => {
  test('E55 E61 an onError that throws is survived, whatever it is told', async () => {
    const thrown = new Error('from onError')
    const told: string[] = []
    const { socket, rpc, unheard } = stage(undefined, {
      onError: ({ code }) => {
        told.push(code)
        throw thrown
      },
    })
    const heard: unknown[] = []
    rpc.on('x', () => Promise.reject(new Error('from a handler')))
    rpc.on('x', (data) => heard.push(data))
    const outcome = rpc.request('a', null)
    socket.arrives('no JSON', event('x', 1), zlib('no JSON'), new Uint8Array(30).fill(7), event('x', 2), answer(1))
    expect(await outcome).toEqual({ status: true, data: null })
    await settled()
    expect([heard, unheard]).toEqual([[1, 2], []])
    expect(told.sort()).toEqual(['listener-failed', 'listener-failed', 'undecodable', 'undecodable', 'undecodable'])
  })

  test('E55 E61 without onError it is the warning of the socket', async () => {
    const { socket, rpc, warnings, unheard } = unattended()
    const cause = new Error('from a handler')
    rpc.on('x', () => {
      throw cause
    })
    socket.arrives('no JSON', event('x'))
    await settled()
    expect(told(warnings)).toEqual([
      [UNDECODABLE, expect.any(SyntaxError)],
      [LISTENER, cause],
    ])
    expect(unheard).toEqual([])
  })

  test('with onError the socket warns of nothing', async () => {
    const { socket, reported } = stage()
    const warnings: unknown[] = []
    socket.on('warning', (error) => warnings.push(error))
    socket.arrives('no JSON')
    expect([reported.length, warnings]).toEqual([1, []])
  })

  test('a listener of the warning that throws is that of the socket', () => {
    const { socket, unheard } = unattended()
    const thrown = new Error('from a listener')
    socket.on('warning', () => {
      throw thrown
    })
    socket.arrives('no JSON')
    expect(unheard).toEqual([thrown])
  })
})

describe('answers to the server', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle

  test.each<[string, unknown]>([
    ['a circle', circle],
    ['a bigint', 5n],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new TypeError('no')
        },
      },
    ],
  ])('E60 one that is no JSON (%s) is a refusal', async (_, value) => {
    const { socket, rpc, reported } = stage()
    rpc.on('x', () => value)
    socket.arrives(request(7, 'x'))
    await settled()
    expect([socket.sent, reported]).toEqual([
      [{ type: 'answer', req_id: 7, success: false, data: expect.any(String) }],
      [],
    ])
  })

  test('E60 one that the socket does not take is a refusal too', async () => {
    const { socket, rpc, reported } = stage()
    const send = socket.send.bind(socket)
    socket.send = (data) => {
      if (data.length > 1_000) throw failure('message-too-large', 'too large')
      send(data)
    }
    rpc.on('x', () => 'x'.repeat(2_000))
    socket.arrives(request(7, 'x'))
    await settled()
    expect([socket.sent, reported]).toEqual([
      [{ type: 'answer', req_id: 7, success: false, data: expect.any(String) }],
      [],
    ])
  })

  test.each([
    ['has a handler', 'x'],
    ['is unknown', 'y'],
  ])('E60 a request without an id that %s is not answered', async (_, name) => {
    const { socket, rpc, reported } = stage()
    const heard: unknown[] = []
    rpc.on('x', (data) => heard.push(data))
    socket.arrives(JSON.stringify({ type: 'request', request: name, data: 1 }))
    await settled()
    expect([socket.sent, heard, reported]).toEqual([[], [], []])
  })

  test.each([0, 1, 'text'])('E60 the id %j comes back as it is', async (id) => {
    const { socket, rpc } = stage()
    rpc.on('x', () => 'done')
    socket.arrives(request(id, 'x'))
    await settled()
    expect(socket.sent).toEqual([{ type: 'answer', req_id: id, success: true, data: 'done' }])
  })
})

describe('several RPCs on one socket', () => {
  test('E57 they count together, and each gets its own answer', async () => {
    const { socket, rpc, on, time } = stage()
    const other = on({})
    const outcomes = [rpc, other, other, rpc].map((of, index) => of.request('a', index))
    expect(socket.sent.map(({ req_id, data }) => [req_id, data])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 3],
    ])
    socket.arrives(...[4, 2, 3, 1].map((id) => answer(id, { success: true, data: id })))
    expect(await Promise.all(outcomes)).toEqual([1, 2, 3, 4].map((data) => ({ status: true, data })))
    expect(time.timers).toBe(0)
  })

  test('E57 sockets count on their own', () => {
    const sent = [stage(), stage()].map(({ rpc, socket }) => {
      void rpc.request('a', null)
      return socket.sent[0]!.req_id
    })
    expect(sent).toEqual([1, 1])
  })

  test('each has its own handlers of an event', () => {
    const { socket, rpc, on } = stage()
    const other = on({})
    const heard: string[] = []
    rpc.on('x', () => void heard.push('one'))
    other.on('x', () => void heard.push('other'))
    socket.arrives(event('x'))
    rpc.offAllListeners()
    socket.arrives(event('x'))
    expect(heard).toEqual(['one', 'other', 'other'])
  })

  test('a request of the server that one of them handles is answered once', async () => {
    const { socket, rpc, on } = stage()
    on({})
    rpc.on('x', () => 'done')
    socket.arrives(request(1, 'x'))
    await settled()
    expect(socket.sent).toEqual([{ type: 'answer', req_id: 1, success: true, data: 'done' }])
  })
})
