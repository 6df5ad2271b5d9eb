import { describe, expect, test, vi } from 'vitest'
import { failure } from '../src/errors.js'
import { RealtimeSocketState, type RpcResult } from '../src/index.js'
import { failed, verdict } from './support/network.js'
import { answer, event, request, settled, stage } from './support/rpc-stage.js'

const { Connecting, Connected, Disconnected, Reconnecting, Failed, Closed } = RealtimeSocketState
const refused = (error: string) => ({ status: false, error })

describe('a request', () => {
  test('goes out at once, numbered, and settles with the answer of its number', async () => {
    const { socket, rpc, time } = stage()
    const outcomes = [rpc.request('a', { x: 1 }), rpc.request('b', null), rpc.request('c', 'text')]
    expect(socket.sent).toEqual([
      { type: 'request', req_id: 1, request: 'a', data: { x: 1 } },
      { type: 'request', req_id: 2, request: 'b', data: null },
      { type: 'request', req_id: 3, request: 'c', data: 'text' },
    ])
    socket.arrives(
      answer(3, { success: true, data: 'third' }),
      answer(1, { success: true, data: { y: [1] } }),
      answer(2),
    )
    expect(await Promise.all(outcomes)).toEqual([
      { status: true, data: { y: [1] } },
      { status: true, data: null },
      { status: true, data: 'third' },
    ])
    expect(time.timers).toBe(0)
  })

  test.each([
    ['without a word, as the real server does', { success: false, data: null }, 'refused'],
    ['with an error', { success: false, data: null, error: 'NO_SOURCE' }, 'NO_SOURCE'],
    ['with a text for data', { success: false, data: 'NO_SOURCE' }, 'NO_SOURCE'],
    ['with both', { success: false, data: 'data', error: 'error' }, 'error'],
    ['with no text at all', { success: false, data: { code: 5 }, error: 5 }, 'refused'],
    ['by a success that is no boolean', { success: 'true', data: {} }, 'refused'],
  ])('E59 is refused %s', async (_, more, error) => {
    const { socket, rpc } = stage()
    const outcome = rpc.request('a', null)
    socket.arrives(answer(1, more))
    expect(await outcome).toEqual(refused(error))
  })

  test('an answer that is unknown, late, or of another id leaves everything as it is', async () => {
    const { socket, rpc, reported, unheard } = stage()
    const outcome = rpc.request('a', null)
    const strays = [answer(2), answer('1'), answer(undefined), answer(null), answer(1.5), answer({})]
    socket.arrives(...strays, answer(1, { success: true, data: 'right' }), answer(1, { success: false, data: null }))
    expect(await outcome).toEqual({ status: true, data: 'right' })
    socket.arrives(answer(1))
    expect([reported, unheard]).toEqual([[], []])
  })

  test('E58 without an answer it ends after 5 s, not before, and a late answer does not count', async () => {
    const { socket, rpc, time } = stage()
    const seen: RpcResult<unknown>[] = []
    const outcome = rpc.request('peer.ping', {}).then((result) => seen.push(result))
    time.pass(4_999)
    await settled()
    expect([seen, time.timers]).toEqual([[], 1])
    time.pass(1)
    await outcome
    socket.arrives(answer(1))
    expect([seen, time.timers]).toEqual([[refused('timeout')], 0])
  })

  test('E63 its own time-out wins over that of the RPC', async () => {
    const { rpc, time } = stage(Connected, { timeoutMs: 40 })
    const outcomes = [rpc.request('a', null), rpc.request('b', null, { timeoutMs: 30 })]
    const order: number[] = []
    outcomes.forEach((outcome, index) => void outcome.then(() => order.push(index)))
    time.pass(30)
    await settled()
    expect(order).toEqual([1])
    time.pass(10)
    expect(await Promise.all(outcomes)).toEqual([refused('timeout'), refused('timeout')])
  })

  test('a time-out of 0 leaves it to the end of the socket', async () => {
    const { socket, rpc, time } = stage()
    const outcome = rpc.request('a', null, { timeoutMs: 0 })
    expect(time.timers).toBe(0)
    time.pass(3_600_000)
    socket.becomes(Closed)
    expect(await outcome).toEqual(refused('closed'))
  })

  test.each([2 ** 31, Number.MAX_VALUE, Infinity])('a time-out of %d does not end it at once', async (timeoutMs) => {
    vi.useFakeTimers()
    try {
      // The clock of the environment itself, whose timers fire at once above 2^31 - 1 ms.
      const asked = vi.spyOn(globalThis, 'setTimeout')
      const { rpc, socket } = stage(Connected, { environment: {} })
      const outcome = rpc.request('a', null, { timeoutMs })
      expect(asked.mock.calls.map(([, ms]) => ms)).toEqual([2 ** 31 - 1])
      await vi.advanceTimersByTimeAsync(3_600_000)
      socket.arrives(answer(1, { success: true, data: 'late' }))
      expect([await outcome, vi.getTimerCount()]).toEqual([{ status: true, data: 'late' }, 0])
    } finally {
      vi.restoreAllMocks()
      vi.useRealTimers()
    }
  })

  test('an abort ends it, and leaves no listener behind', async () => {
    const { socket, rpc, time } = stage()
    const abort = new AbortController()
    const listeners = {
      add: vi.spyOn(abort.signal, 'addEventListener'),
      remove: vi.spyOn(abort.signal, 'removeEventListener'),
    }
    const outcomes = [
      rpc.request('a', null, { signal: abort.signal }),
      rpc.request('b', null, { signal: abort.signal }),
    ]
    socket.arrives(answer(2))
    abort.abort()
    expect(await Promise.all(outcomes)).toEqual([refused('aborted'), { status: true, data: null }])
    expect(listeners.remove.mock.calls.map(([type]) => type)).toEqual(listeners.add.mock.calls.map(([type]) => type))
    expect(time.timers).toBe(0)
  })

  test('an abort before the call sends nothing', async () => {
    const { socket, rpc } = stage()
    expect(await rpc.request('a', null, { signal: AbortSignal.abort() })).toEqual(refused('aborted'))
    expect(socket.sent).toEqual([])
  })

  test.each([Closed, Failed])('E58 when the channel is %s, everything that waits settles', async (state) => {
    const { socket, rpc, time } = stage()
    const outcomes = [rpc.request('a', null), rpc.request('b', null, { timeoutMs: 0 })]
    socket.becomes(state)
    expect(await Promise.all(outcomes)).toEqual([refused(state), refused(state)])
    expect(time.timers).toBe(0)
  })

  test.each([Connecting, Disconnected, Reconnecting])('while the channel is %s, it goes on waiting', async (state) => {
    const { socket, rpc } = stage()
    const outcome = rpc.request('a', null)
    socket.becomes(state)
    socket.becomes(Connected)
    socket.arrives(answer(1, { success: true, data: 'kept' }))
    expect(await outcome).toEqual({ status: true, data: 'kept' })
  })

  test.each([
    ['closed', failure('closed', 'the socket is closed'), 'closed'],
    ['full', failure('outbox-full', 'too much'), 'outbox-full'],
    ['of another make', new TypeError('not open'), 'TypeError: not open'],
  ])('E52 a socket that is %s refuses: it settles at once and is forgotten', async (_, broken, error) => {
    const { socket, rpc, time } = stage()
    socket.broken = broken
    const outcome = rpc.request('a', null)
    expect(time.timers).toBe(0)
    socket.arrives(answer(1))
    expect(await outcome).toEqual(refused(error))
  })

  test('data that has no JSON settles it too', async () => {
    const { socket, rpc, time } = stage()
    expect(await rpc.request('a', 1n)).toMatchObject({ status: false, error: expect.stringContaining('TypeError') })
    expect([socket.sent, time.timers]).toEqual([[], 0])
  })

  test('connected follows the channel', () => {
    const { socket, rpc } = stage(Connecting)
    const seen = [rpc.connected, stage(Connected).rpc.connected]
    for (const state of [Connected, Disconnected, Reconnecting, Connected, Failed, Connected, Closed]) {
      socket.becomes(state)
      seen.push(rpc.connected)
    }
    expect(seen).toEqual([false, true, true, false, false, true, false, true, false])
  })
})

describe('what the server says by itself', () => {
  test('E61 every handler of an event hears it, in order; one that throws is reported and stops nobody', async () => {
    const { socket, rpc, reported, unheard } = stage()
    const heard: unknown[] = []
    rpc.on('state', (data) => heard.push(['first', data]))
    rpc.on('state', () => {
      throw new Error('from a handler')
    })
    rpc.on('state', (data) => heard.push(['third', data]))
    socket.arrives(event('state', { on: true }), event('other'))
    expect(heard).toEqual([
      ['first', { on: true }],
      ['third', { on: true }],
    ])
    await settled()
    expect(reported.map(({ facts, cause }) => [verdict(facts), cause])).toEqual([
      [failed('listener-failed', { phase: 'connected', retryable: false }), new Error('from a handler')],
    ])
    expect(unheard).toEqual([])
  })

  test('handlers go one by one, by name, or all together', () => {
    const { socket, rpc } = stage()
    const heard: string[] = []
    const handler = (name: string) => () => void heard.push(name)
    const [a, b, c] = [handler('a'), handler('b'), handler('c')]
    const off = rpc.on('x', a)
    rpc.on('x', b)
    rpc.on('y', c)
    const round = () => {
      socket.arrives(event('x'), event('y'))
      return heard.splice(0).join('')
    }
    const rounds = [round()]
    off()
    off()
    rounds.push(round())
    rpc.off('x', a)
    rpc.off('unknown')
    rpc.off('unknown', a)
    rounds.push(round())
    rpc.on('x', a)
    rpc.off('x')
    rounds.push(round())
    rpc.offAllListeners()
    rounds.push(round())
    expect(rounds).toEqual(['abc', 'bc', 'bc', 'c', ''])
  })

  test.each(['constructor', '__proto__', 'toString'])('"%s" is an ordinary name', (name) => {
    const { socket, rpc, reported, unheard } = stage()
    const heard: unknown[] = []
    socket.arrives(event(name, 0))
    rpc.on(name, (data) => heard.push(data))
    socket.arrives(event(name, 1))
    expect([heard, reported, unheard]).toEqual([[1], [], []])
  })

  test('E60 a request is answered with its id and success', async () => {
    const { socket, rpc } = stage()
    rpc.on('add', (data) => (data as number[])[0]! + 1)
    rpc.on('later', async () => ({ done: true }))
    rpc.on('nothing', () => {})
    rpc.on('throws', () => {
      throw new Error('no')
    })
    rpc.on('rejects', () => Promise.reject(new Error('not now')))
    // The last one is nobody's here: another RPC on the socket may have a handler for it.
    const names = ['add', 'later', 'nothing', 'throws', 'rejects', 'unknown']
    socket.arrives(...names.map((name, index) => request(index + 10, name, [41])))
    await settled()
    expect(socket.sent.toSorted((a, b) => Number(a.req_id) - Number(b.req_id))).toEqual([
      { type: 'answer', req_id: 10, success: true, data: 42 },
      { type: 'answer', req_id: 11, success: true, data: { done: true } },
      { type: 'answer', req_id: 12, success: true, data: null },
      { type: 'answer', req_id: 13, success: false, data: 'no' },
      { type: 'answer', req_id: 14, success: false, data: 'not now' },
    ])
  })

  test('E60 an answer that cannot be sent is reported', async () => {
    const { socket, rpc, reported, unheard } = stage()
    rpc.on('add', () => 1)
    socket.broken = failure('closed', 'the socket is closed')
    socket.arrives(request(1, 'add'))
    await settled()
    expect(reported.map(({ phase, code }) => [phase, code])).toEqual([['connected', 'closed']])
    expect(unheard).toEqual([])
  })
})
