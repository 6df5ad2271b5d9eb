import { expect, test } from 'vitest'
import { seeded } from '../../../src/testing/scheduler/random.js'
import { NOTHING, world } from './world.js'

/** Errors that an application may get; any other is a fault of the simulator. */
const NAMES = new Set(['InvalidStateError', 'InvalidAccessError', 'InvalidModificationError', 'OperationError'])

const DIRECTIONS: RTCRtpTransceiverDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

/** Calls of both sides in any order, nobody waiting for anything, tasks picked by chance. */
const run = async (seed: number) => {
  const { a, b, here, there, scheduler, close } = world('spec', seed)
  const chance = seeded(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T
  scheduler.choose = (ready) => Math.floor(chance() * ready.length)
  const odd: unknown[] = []
  let open = 0
  const call = async (make: () => unknown) => {
    open += 1
    try {
      await make()
    } catch (error) {
      if (!NAMES.has((error as Error).name)) odd.push(error)
    }
    open -= 1
  }
  const sides = [
    { pc: a, far: b, stack: here },
    { pc: b, far: a, stack: there },
  ]
  const calls: ((side: (typeof sides)[number]) => unknown)[] = [
    ({ pc }) => pc.addTransceiver(pick(['audio', 'video']), { direction: pick(DIRECTIONS) }),
    ({ pc, stack }) => pc.addTrack(stack.track(pick(['audio', 'video'])), new stack.MediaStream()),
    ({ pc }) => pc.getSenders()[0] && pc.removeTrack(pick(pc.getSenders())),
    ({ pc }) => pc.getTransceivers()[0] && Object.assign(pick(pc.getTransceivers()), { direction: pick(DIRECTIONS) }),
    ({ pc }) => pc.getTransceivers()[0] && pick(pc.getTransceivers()).stop(),
    ({ pc }) => pc.createDataChannel('x'),
    ({ pc }) => pc.restartIce(),
    ({ pc }) => pc.setLocalDescription(),
    ({ pc }) => pc.setLocalDescription(),
    ({ pc }) => pc.setLocalDescription({ type: 'rollback' }),
    ({ pc, far }) => far.localDescription && pc.setRemoteDescription(far.localDescription),
    ({ pc, far }) => far.localDescription && pc.setRemoteDescription(far.localDescription),
    ({ pc, far }) => far.localDescription && pc.setRemoteDescription(far.localDescription),
    ({ pc }) => pc.getStats(),
  ]
  const mids = (pc: RTCPeerConnection) => pc.getTransceivers().flatMap(({ mid }) => mid ?? [])
  for (let step = 0; step < 60; step += 1) {
    const side = pick(sides)
    const make = pick(calls)
    void call(() => make(side))
    for (let steps = Math.floor(chance() * 6); steps > 0; steps -= 1) await scheduler.step()
    for (const pc of [a, b]) expect(new Set(mids(pc)).size).toBe(mids(pc).length)
  }
  await scheduler.pass(1_000)
  return { odd, open, left: await close() }
}

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('calls by chance, seed %s', async (seed) => {
  expect(await run(seed)).toEqual({ odd: [], open: 0, left: NOTHING })
})
