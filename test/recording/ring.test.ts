import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RealtimeSocket, type IRealtimeSocketOptions, type ReceiverTrack } from '../../src/index.js'
import { RecordingError, replay } from '../../src/testing/replay/index.js'
import { wholeSession } from '../bad-input/whole-session.js'
import { NOTHING, Stage, URL_1 } from '../doubles/stage.js'
import { headerOf, linesOf, withLines, type Line } from './lines.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** How many characters the ring holds: a recording without header, end, and the checkpoint at the moment of the export. */
const kept = (recording: string): number =>
  linesOf(recording)
    .slice(0, -1)
    .reduce((size, line) => size + JSON.stringify(line).length + 1, 0)

const droppedOf = (recording: string) => headerOf(recording).dropped as number

/** Rounds of what a viewer does; after each of them the recording is looked at. */
const rounds = async (count: number, options: IRealtimeSocketOptions, look: (recording: string) => void) => {
  const socket = await stage.connected({ receivers: { video: 2 } }, options)
  const receiver: ReceiverTrack = socket.createReceiverTrack('guest', 'video')
  for (let round = 0; round < count; round += 1) {
    receiver.attach({ peer: `peer ${round}`, stream: 'camera' }, { maxSpatial: round % 3 })
    const passing = socket.createReceiverTrack(`passing ${round}`, 'audio')
    await stage.clock.pass(7)
    receiver.pause()
    passing.stop()
    await stage.clock.pass(1_300)
    receiver.resume()
    if (round % 20 === 19) {
      stage.peer.transport('failed')
      await stage.clock.quiet()
      const again = socket.connect(stage.gateway, stage.config())
      await stage.clock.quiet()
      await again
    }
    look(await socket.exportRecording())
  }
  return socket
}

describe('a ring that has wrapped many times', () => {
  test.each([16_000, 24_000, 60_000])(
    'of %d characters keeps to its bound, and is replayed at any time',
    async (bytes) => {
      const sizes: number[] = []
      const outcomes = new Set<unknown>()
      let dropped = 0
      await rounds(120, { recording: { bytes } }, (recording) => {
        sizes.push(kept(recording))
        outcomes.add(replay(recording).identical)
        dropped = droppedOf(recording)
      })
      expect([Math.max(...sizes) <= bytes, Math.max(...sizes) > bytes * 0.6, [...outcomes]]).toEqual([
        true,
        true,
        [true],
      ])
      // 120 rounds are some 200,000 characters.
      expect(dropped).toBeGreaterThan(800)
    },
  )

  test('keeps a good part of its bound: never less than a third, once it is full', async () => {
    const sizes: number[] = []
    await rounds(120, { recording: { bytes: 60_000 } }, (recording) => {
      if (droppedOf(recording) > 0) sizes.push(kept(recording))
    })
    expect(Math.min(...sizes)).toBeGreaterThan(20_000)
  })
})

test('the bound is 262,144 unless another is set', async () => {
  const sizes: number[] = []
  const socket = await stage.connected()
  const receiver = socket.createReceiverTrack('guest', 'video')
  for (let round = 0; round < 400; round += 1) {
    for (let wish = 0; wish < 10; wish += 1) receiver.attach({ peer: `peer ${wish}`, stream: 'camera' })
    await stage.clock.pass(10)
    if (round % 10 === 0) sizes.push(kept(await socket.exportRecording()))
  }
  expect([Math.max(...sizes) <= 262_144, Math.max(...sizes) > 200_000]).toEqual([true, true])
})

test('whatever the charts are doing, a session can be taken up from a checkpoint', async () => {
  const { socket, checkpoints, recording } = await observed()
  const lines = linesOf(recording)
  const replayed = checkpoints.map(({ line, position }) => {
    const rest = lines.slice(position)
    // Counted from the last input, or the checkpoint: at rest that is nothing.
    const next = rest.findIndex(([kind]) => kind === 'I')
    if (next >= 0) rest[next] = rest[next]!.with(3, 0) as unknown as Line
    return replay(withLines(recording, [line, ...rest]))
  })
  expect(replayed.filter(({ identical }) => !identical)).toEqual([])
  expect([replayed.length > 20, socket.peerState]).toEqual([true, 'closed'])
})

/** A session with all that can happen in one, and how it was soon after each transition. */
const observed = async () => {
  const checkpoints: { line: Line; position: number }[] = []
  const looks: Promise<void>[] = []
  const look = async (socket: RealtimeSocket) => {
    const lines = linesOf(await socket.exportRecording())
    const line = lines.at(-1)
    if (line?.[0] === 'C') checkpoints.push({ line, position: lines.length - 1 })
  }
  const session = wholeSession(stage)
  const socket = stage.sockets[0]!
  socket.on('transition', () => looks.push(look(socket)))
  await session
  socket.close()
  await stage.clock.quiet()
  await Promise.all(looks)
  return { socket, checkpoints, recording: await socket.exportRecording() }
}

describe('more in one turn than the ring holds', () => {
  test('costs what was kept, and a checkpoint right after the turn begins anew', async () => {
    const socket = await stage.connected({}, { recording: { bytes: 20_000 } })
    const receiver = socket.createReceiverTrack('guest', 'video')
    for (let wish = 0; wish < 500; wish += 1) receiver.attach({ peer: `peer ${wish}`, stream: 'camera' })
    const burst = await socket.exportRecording()
    await stage.clock.pass(10)
    receiver.detach()
    const later = await socket.exportRecording()
    expect([kept(burst) <= 20_000, droppedOf(burst) > 500, replay(burst).identical]).toEqual([true, true, true])
    expect(replay(later)).toMatchObject({
      identical: true,
      inputs: linesOf(later).filter(([kind]) => kind === 'I').length,
    })
    expect(linesOf(later).filter(([kind]) => kind === 'I').length).toBeGreaterThan(0)
  })
})

/** A socket that the stage does not replay. */
const alone = async (bytes: number) => {
  const socket = new RealtimeSocket(URL_1, { environment: stage.environment, recording: { bytes } })
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  return socket
}

test.each([0, -1, 100, Number.NaN])('a ring of %d keeps nothing, and the session does not mind', async (bytes) => {
  const socket = await alone(bytes)
  const running = await socket.exportRecording()
  // The state of now needs no room.
  expect([linesOf(running).map(([kind]) => kind), replay(running).identical]).toEqual([['C'], true])
  await Promise.all([socket[Symbol.asyncDispose](), stage.clock.quiet()])
  const after = await socket.exportRecording()
  expect(linesOf(after)).toEqual([])
  expect(() => replay(after)).toThrow(RecordingError)
})

describe('what cannot be written', () => {
  const broken = {
    valueOf: () => 1,
    toJSON: () => {
      throw new Error('planted')
    },
  }

  test('harms nobody: the recording begins anew at the next checkpoint', async () => {
    const socket = await stage.connected({ receivers: { video: broken as never } })
    const video = socket.createReceiverTrack('guest', 'video')
    await stage.clock.pass(10)
    const recording = await socket.exportRecording()
    expect([socket.peerState, video.serverId, replay(recording).identical]).toEqual(['connected', 'video_0', true])
    expect([droppedOf(recording) > 0, linesOf(recording).filter(([kind]) => kind === 'I').length > 0]).toEqual([
      true,
      true,
    ])
  })

  test('a clock that throws does not either', async () => {
    let tells = true
    const { clock } = stage
    const socket = await stage.connected(
      {},
      {
        environment: {
          clock: {
            now: () => {
              if (tells) return clock.now()
              throw new Error('planted')
            },
            setTimeout: clock.setTimeout,
            clearTimeout: clock.clearTimeout,
          } as never,
        },
      },
    )
    tells = false
    const receiver = socket.createReceiverTrack('guest', 'video')
    await stage.clock.pass(10)
    tells = true
    receiver.pause()
    expect([receiver.state, replay(await socket.exportRecording()).identical]).toEqual([
      'live.media.none+playback.paused+subscription.detached',
      true,
    ])
  })
})
