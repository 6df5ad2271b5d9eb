import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { receiverTrackMachine } from '../../src/machines/receiver-track.machine.js'
import { senderTrackMachine } from '../../src/machines/sender-track.machine.js'
import { ChartHarness, DEADLINES } from '../support/chart-harness.js'

const generation = 1
const refused = facts('request-refused', 'no')
const ready = { type: 'line.ready', generation, line: 0, ordinal: -1, channel: 'open' }
const open = { type: 'channel.open', generation }

const sender = (source: string | null, origin: 'fresh' | 'reused' = 'fresh') =>
  new ChartHarness(senderTrackMachine, { id: 'sender-1', name: 'camera', kind: 'video', source, origin })

const toggle = (track: string | null) => ({
  generation,
  request: { kind: 'sender.toggle', name: 'camera', media: 'video', track },
})

describe('a sender', () => {
  test('flows as soon as its line is ready; the server knows by the line itself', () => {
    const chart = sender('t1')
    chart.send(open, ready)
    expect([chart.state, chart.running]).toEqual(['live.source.flowing+server.informed', ['send source']])
  })

  test('a source that comes or goes is told to the server, one request after another', async () => {
    const chart = sender('t1')
    chart.send(open, ready, { type: 'source.changed', source: null })
    expect([chart.state, chart.run('server request').input]).toEqual([
      'live.source.absent+server.telling',
      toggle(null),
    ])
    chart.send({ type: 'source.changed', source: 't2' })
    // Nothing flows before the server was told on again.
    expect(chart.state).toBe('live.source.announcing+server.telling')
    await chart.done('server request')
    expect(chart.run('server request').input).toEqual(toggle('t2'))
    await chart.done('server request')
    expect(chart.state).toBe('live.source.flowing+server.informed')
  })

  test('another source of a line that flows is not told: nothing changes for others', () => {
    const chart = sender('t1')
    chart.send(open, ready, { type: 'source.changed', source: 't2' })
    expect([chart.state, chart.running]).toEqual(['live.source.flowing+server.informed', ['send source']])
  })

  test('without a source nothing is told until one comes', async () => {
    const chart = sender(null)
    chart.send(open, ready)
    expect([chart.state, chart.running]).toEqual(['live.source.absent+server.informed', []])
    chart.send({ type: 'source.changed', source: 't1' })
    expect(chart.run('server request').input).toEqual(toggle('t1'))
  })

  test('on a line that a stopped sender of its name left, it flows once the server knows', async () => {
    const chart = sender('t1', 'reused')
    chart.send(open, ready)
    expect([chart.state, chart.running, chart.run('server request').input]).toEqual([
      'live.source.announcing+server.telling',
      ['server request'],
      toggle('t1'),
    ])
    await chart.done('server request')
    expect([chart.state, chart.running]).toEqual(['live.source.flowing+server.informed', ['send source']])
  })

  test('pause and resume are local, and remembered before the line is there', () => {
    const chart = sender('t1')
    chart.send(open, { type: 'track.pause' }, ready)
    expect([chart.state, chart.running]).toEqual(['live.source.paused+server.informed', []])
    chart.send({ type: 'source.changed', source: 't2' })
    expect(chart.state).toBe('live.source.paused+server.informed')
    chart.send({ type: 'track.resume' })
    expect([chart.state, chart.running]).toEqual(['live.source.flowing+server.informed', ['send source']])
  })

  test('a source that ends by itself is a state of its own, and switches off', () => {
    const chart = sender('t1')
    chart.send(open, ready)
    chart.run('send source').sendBack({ type: 'source.ended' })
    expect([chart.state, chart.run('server request').input]).toEqual(['live.source.ended+server.telling', toggle(null)])
  })

  test('a refusal and a silent server are no reason to ask again', async () => {
    const chart = sender('t1')
    chart.send(open, ready, { type: 'source.changed', source: null })
    chart.heard()
    await chart.failed('server request', refused)
    expect([chart.state, chart.heard()]).toEqual([
      'live.source.absent+server.informed',
      [
        {
          type: 'warning',
          generation,
          error: expect.objectContaining({ code: 'request-refused', phase: 'connected' }),
        },
      ],
    ])
    chart.send({ type: 'source.changed', source: 't1' })
    chart.clock.increment(DEADLINES.request)
    expect(chart.state).toBe('live.source.flowing+server.informed')
  })

  test('stop switches off at the server and is over; without a channel at once', async () => {
    const chart = sender('t1')
    chart.send(open, ready, { type: 'track.stop' })
    expect([chart.running, chart.run('server request').input]).toEqual([['server request'], toggle(null)])
    await chart.done('server request')
    expect(chart.state).toBe('stopped')
    const early = sender('t1')
    early.send({ type: 'track.stop' })
    expect([early.state, early.running]).toEqual(['stopped', []])
  })

  test('the end of the generation brings it back to waiting, its wishes kept', () => {
    const chart = sender('t1')
    chart.send(open, ready, { type: 'generation.ended', generation })
    expect([chart.state, chart.running]).toEqual(['waiting', []])
    chart.send({ ...ready, generation: 2 })
    expect(chart.run('send source').input).toEqual({ generation: 2, id: 'sender-1', line: 0 })
  })
})

const receiver = () => new ChartHarness(receiverTrackMachine, { id: 'receiver-1', kind: 'video' })
const lineOf = { type: 'line.ready', generation, line: 0, ordinal: 3, channel: 'not-open' }
const source = { peer: 'alice', stream: 'camera' }
const attach = (limit?: object) => ({ type: 'receiver.attach', source, priority: 5, limit })
const limit = { priority: 5, maxSpatial: 1, maxTemporal: 0 }
const ref = { id: 'receiver-1', kind: 'video', ordinal: 3 }

describe('a receiver', () => {
  test('asks for its source when line and channel are there, whichever comes last', () => {
    for (const events of [
      [attach(), lineOf, open],
      [open, { ...lineOf, channel: 'open' }, attach()],
      [lineOf, attach(), open],
    ]) {
      const chart = receiver()
      chart.send(...events)
      expect([chart.state, chart.run('server request').input]).toEqual([
        'live.media.none+playback.playing+subscription.attaching',
        { generation, request: { kind: 'receiver.attach', receiver: ref, ...source, priority: 5 } },
      ])
    }
  })

  test('the limit follows the source, since the server forgets it at each switch', async () => {
    const chart = receiver()
    chart.send(lineOf, open, attach(limit))
    await chart.done('server request')
    expect(chart.run('server request').input).toEqual({
      generation,
      request: { kind: 'receiver.limit', receiver: ref, ...limit },
    })
    await chart.done('server request')
    expect(chart.state).toContain('subscription.attached')
  })

  test('the last of several wishes wins', async () => {
    const chart = receiver()
    chart.send(lineOf, open, attach(), { ...attach(), source: { peer: 'bob', stream: 'screen' } })
    expect(chart.run('server request').input).toMatchObject({ request: { peer: 'bob', stream: 'screen' } })
    expect(chart.running.filter((name) => name === 'server request')).toHaveLength(1)
    await chart.done('server request')
    expect(chart.state).toContain('subscription.attached')
  })

  test('detach is told, while attaching too', async () => {
    const chart = receiver()
    chart.send(lineOf, open, attach(), { type: 'receiver.detach' })
    expect(chart.run('server request').input).toEqual({
      generation,
      request: { kind: 'receiver.detach', receiver: ref },
    })
    await chart.done('server request')
    expect(chart.state).toContain('subscription.detached')
  })

  test('a refusal is reported; the wish is kept for another attach', async () => {
    const chart = receiver()
    chart.send(lineOf, open, attach())
    chart.heard()
    await chart.failed('server request', refused)
    expect(chart.state).toContain('subscription.refused')
    expect(chart.heard()).toContainEqual({
      type: 'warning',
      generation,
      error: expect.objectContaining({ code: 'request-refused' }),
    })
    chart.send(attach())
    expect(chart.state).toContain('subscription.attaching')
  })

  test('a silent server is reported after the deadline', () => {
    const chart = receiver()
    chart.send(lineOf, open, attach())
    chart.heard()
    chart.clock.increment(DEADLINES.request)
    expect(chart.heard()).toContainEqual({
      type: 'warning',
      generation,
      error: expect.objectContaining({ code: 'timeout', phase: 'connected' }),
    })
  })

  test('media that comes and goes is its state; paused is local', () => {
    const chart = receiver()
    chart.send(lineOf, open)
    chart.run('receive line').sendBack({ type: 'remote.track', flowing: true })
    chart.send({ type: 'track.pause' })
    expect([chart.state, chart.running]).toEqual([
      'live.media.flowing+playback.paused+subscription.detached',
      ['receive line', 'hold line'],
    ])
    chart.run('receive line').sendBack({ type: 'remote.track', flowing: false })
    chart.send({ type: 'track.resume' })
    expect([chart.state, chart.running]).toEqual([
      'live.media.none+playback.playing+subscription.detached',
      ['receive line'],
    ])
  })

  test('stop disconnects what is attached, and nothing where nothing is', async () => {
    const chart = receiver()
    chart.send(lineOf, open, attach())
    await chart.done('server request')
    chart.send({ type: 'track.stop' })
    expect(chart.run('server request').input).toEqual({
      generation,
      request: { kind: 'receiver.detach', receiver: ref },
    })
    await chart.done('server request')
    expect([chart.state, chart.running]).toEqual(['stopped', []])
    const bare = receiver()
    bare.send(lineOf, open, { type: 'track.stop' })
    expect(bare.state).toBe('stopped')
  })

  test('a new generation attaches again by itself', () => {
    const chart = receiver()
    chart.send(lineOf, open, attach(limit), { type: 'generation.ended', generation })
    expect([chart.state, chart.running]).toEqual(['waiting', []])
    chart.send({ ...lineOf, generation: 2 }, { type: 'channel.open', generation: 2 })
    expect(chart.run('server request').input).toMatchObject({
      generation: 2,
      request: { kind: 'receiver.attach', ...source },
    })
  })
})
