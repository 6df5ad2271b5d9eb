import { describe, expect, test } from 'vitest'
import { RealtimeSocket, ReceiverTrack, SenderTrack, type RealtimeError } from '../src/index.js'
import { failure } from '../src/errors.js'
import { trackOf, type TrackHost } from '../src/tracks.js'

/** A media track and a stream, as far as a handle looks at them. `stop` must never be called. */
const track = (kind: 'audio' | 'video', id: string) =>
  ({
    kind,
    id,
    stop: () => {
      throw new Error('the track is not the engine’s')
    },
  }) as unknown as MediaStreamTrack

class FakeStream {
  constructor(private readonly tracks: MediaStreamTrack[] = []) {}
  getTracks = () => [...this.tracks]
  addTrack = (added: MediaStreamTrack) => void this.tracks.push(added)
  removeTrack = (removed: MediaStreamTrack) => void this.tracks.splice(this.tracks.indexOf(removed), 1)
}
const stream = (...tracks: MediaStreamTrack[]) => new FakeStream(tracks) as unknown as MediaStream

/** A socket that writes down what a handle asks of it. */
const hosted = () => {
  const told: unknown[] = []
  const world = { open: true, state: 'live', transceiver: undefined as RTCRtpTransceiver | undefined, streams: 0 }
  const host: TrackHost = {
    command: (event) => {
      told.push(event)
      if (event.type === 'track.stop') world.state = 'stopped'
    },
    assertOpen: () => {
      if (!world.open) throw failure('closed', 'the socket is closed')
    },
    source: (id, sent) => told.push({ source: id, track: sent?.id ?? null }),
    transceiver: () => world.transceiver,
    state: () => world.state,
    serverId: () => 'video_4',
    newStream: () => {
      world.streams += 1
      return stream()
    },
  }
  return { host, told, world }
}

const transceiver = (mid: string) => ({ mid }) as RTCRtpTransceiver

const INFO = { uuid: 'uuid-1', name: 'cam', kind: 'video', label: 'cam' } as const

const sending = (sent: MediaStream | null = null) => {
  const made = hosted()
  return { ...made, sender: new SenderTrack(made.host, 's1', INFO, sent) }
}

const receiving = () => {
  const made = hosted()
  return { ...made, receiver: new ReceiverTrack(made.host, 'r1', 'bob’s camera', 'video') }
}

const codeOf = (call: () => void) => {
  try {
    call()
    return 'nothing thrown'
  } catch (error) {
    return (error as RealtimeError).code
  }
}

test('the track of a kind is the first of it in the stream', () => {
  const [a, v1, v2] = [track('audio', 'a'), track('video', 'v1'), track('video', 'v2')]
  expect([trackOf('video', stream(a, v1, v2)), trackOf('audio', stream(v1)), trackOf('audio', null)]).toEqual([
    v1,
    null,
    null,
  ])
  expect(trackOf('audio', undefined)).toBeNull()
})

describe('a sender', () => {
  test('tells what it is', () => {
    const { sender } = sending()
    expect([sender.info, sender.uuid, sender.stream, sender.trackId, sender.getTrack()]).toEqual([
      INFO,
      'uuid-1',
      null,
      undefined,
      null,
    ])
  })

  test('tells the gateway everything that was set, and the track what it shows', () => {
    const socket = new RealtimeSocket('http://127.0.0.1:1', { environment: { random: () => 0.25 } })
    const shown = { ...track('video', 'v1'), contentHint: '' } as MediaStreamTrack
    const set = { label: 'front', screen: true, simulcast: true, maxBitrate: 5_000, contentHint: 'detail' } as const
    const plain = socket.createSenderTrack({ name: 'mic', kind: 'audio', contentHint: 'none' })
    const sender = socket.createSenderTrack({ name: 'cam', kind: 'video', stream: stream(shown), ...set })
    expect([plain.info, sender.info, Object.isFrozen(sender.info), shown.contentHint]).toEqual([
      {
        uuid: '2525',
        name: 'mic',
        kind: 'audio',
        label: 'mic',
        screen: false,
        simulcast: false,
        max_bitrate: 0,
        content_hint: 'none',
      },
      {
        uuid: '2525',
        name: 'cam',
        kind: 'video',
        label: 'front',
        screen: true,
        simulcast: true,
        max_bitrate: 5_000,
        content_hint: 'detail',
      },
      true,
      'detail',
    ])
  })

  test('C46 another stream, the same stream with another track, and none: each is told', () => {
    const { sender, told } = sending()
    const own = new FakeStream([track('audio', 'a1'), track('video', 'v1')])
    sender.replaceStream(own as unknown as MediaStream)
    own.removeTrack(own.getTracks()[1]!)
    own.addTrack(track('video', 'v2'))
    sender.replaceStream(own as unknown as MediaStream)
    expect([sender.stream, sender.trackId]).toEqual([own, 'v2'])
    sender.replaceStream(null)
    expect([sender.stream, sender.trackId]).toEqual([null, undefined])
    expect(told).toEqual(
      ['v1', 'v2', null].flatMap((source) => [
        { source: 's1', track: source },
        { type: 'source.changed', id: 's1', source },
      ]),
    )
  })

  test('C43 it stops once, and says so once', () => {
    const { sender, told } = sending(stream(track('video', 'v1')))
    const heard: string[] = []
    sender.on('stopped', () => heard.push('stopped'))
    sender.stop()
    sender.stop()
    expect([told, heard, sender.state]).toEqual([[{ type: 'track.stop', id: 's1' }], ['stopped'], 'stopped'])
  })

  test('pause and resume are one command each', () => {
    const { sender, told } = sending()
    sender.pause()
    sender.resume()
    expect(told).toEqual([
      { type: 'track.pause', id: 's1' },
      { type: 'track.resume', id: 's1' },
    ])
  })

  test('after the end another stream is a typed error, and changes nothing', () => {
    const { sender, told, world } = sending()
    world.open = false
    expect(codeOf(() => sender.replaceStream(stream(track('video', 'v1'))))).toBe('closed')
    expect([sender.stream, told]).toEqual([null, []])
  })
})

describe('a receiver', () => {
  test('tells what it is', () => {
    const { receiver } = receiving()
    expect(receiver.info).toEqual({ remoteId: 'bob’s camera', kind: 'video' })
    expect([receiver.uuid, receiver.serverId, receiver.hasTrack, receiver.trackId, receiver.getTrack()]).toEqual([
      'bob’s camera',
      'video_4',
      false,
      undefined,
      undefined,
    ])
  })

  test('D48 its stream is one object for its whole life; tracks come and go inside', async () => {
    const { receiver, world } = receiving()
    const heard: string[] = []
    receiver.on('track_added', ({ id }) => heard.push(id))
    const own = receiver.stream
    const seen = () => [receiver.stream === own, receiver.stream.getTracks().map(({ id }) => id), receiver.trackId]
    receiver.show(track('video', 'first'))
    expect(seen()).toEqual([true, ['first'], 'first'])
    await Promise.resolve()
    receiver.show(undefined)
    expect([seen(), receiver.hasTrack]).toEqual([[true, [], undefined], false])
    receiver.show(track('video', 'second'))
    receiver.show(track('video', 'third'))
    expect(seen()).toEqual([true, ['third'], 'third'])
    await Promise.resolve()
    expect([heard, world.streams]).toEqual([['first', 'third'], 1])
  })

  test('a stream that is asked for late has the track already', () => {
    const { receiver, world } = receiving()
    receiver.show(track('video', 'early'))
    expect(world.streams).toBe(0)
    expect(receiver.stream.getTracks().map(({ id }) => id)).toEqual(['early'])
  })

  test('what it shows goes out as a wish, with a limit only where one is asked for', () => {
    const { receiver, told } = receiving()
    const source = { peer: 'bob', stream: 'cam' }
    receiver.attach({ ...source, more: 'stays here' } as typeof source)
    receiver.attach(source, { priority: 65_535, maxSpatial: 0 })
    receiver.limit({ maxTemporal: 0 })
    receiver.detach()
    const attach = { type: 'receiver.attach', id: 'r1', source }
    expect(told).toEqual([
      { ...attach, priority: 1, limit: undefined },
      { ...attach, priority: 65_535, limit: { priority: 65_535, maxSpatial: 0, maxTemporal: 2 } },
      { type: 'receiver.limit', id: 'r1', limit: { priority: 1, maxSpatial: 2, maxTemporal: 0 } },
      { type: 'receiver.detach', id: 'r1' },
    ])
  })

  test.each([
    { priority: 0 },
    { priority: 65_536 },
    { priority: 1.5 },
    { maxSpatial: 3 },
    { maxSpatial: -1 },
    { maxTemporal: 3 },
    { maxTemporal: Number.NaN },
  ])('a limit that the server would not survive or not answer is refused: %j', (options) => {
    const { receiver, told } = receiving()
    const calls = [() => receiver.attach({ peer: 'bob', stream: 'cam' }, options), () => receiver.limit(options)]
    expect(calls.map(codeOf)).toEqual(['invalid-config', 'invalid-config'])
    expect(told).toEqual([])
  })

  test('another transceiver is told once, none is not', () => {
    const { receiver, world } = receiving()
    const heard: (string | null)[] = []
    receiver.on('transceiver_changed', ({ mid }) => heard.push(mid))
    for (const next of [undefined, transceiver('0'), undefined]) {
      world.transceiver = next
      receiver.moved()
      receiver.moved()
    }
    world.transceiver = transceiver('1')
    receiver.moved()
    expect([heard, receiver.transceiver]).toEqual([['0', '1'], { mid: '1' }])
  })

  test('after the end a wish is a typed error, and stop is silent', () => {
    const { receiver, told, world } = receiving()
    Object.assign(world, { open: false, state: 'stopped' })
    const calls = [() => receiver.attach({ peer: 'bob', stream: 'cam' }), () => receiver.limit({})]
    expect(calls.map(codeOf)).toEqual(['closed', 'closed'])
    receiver.stop()
    expect(told).toEqual([])
  })
})
