import { expect, test } from 'vitest'
import { stepsOfRecording } from '../../demo/page/recording.js'
import { StreamKinds, type IRealtimeSocketOptions } from '../../src/index.js'
import type { Step } from '../../src/inspect/index.js'
import { stepsOf } from '../../src/inspect/tap.js'
import { Simulated } from './support/simulated.js'

/** A session with a track that is cut off and healed: its steps as they were seen live, and its recording. */
const session = async (options: IRealtimeSocketOptions = {}) => {
  const simulated = new Simulated(options)
  const { world, socket, device } = simulated
  const live: Step[] = []
  stepsOf(socket, (step) => live.push(step))
  socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: device.stream('video') })
  await simulated.connect()
  for (let cut = 0; cut < 3; cut += 1) {
    device.network.blackHole(6_000)
    await world.pass(20_000)
  }
  expect(socket.peerState).toBe('connected')
  const text = await socket.exportRecording()
  await simulated.dispose()
  return { live, text }
}

/** What is told of a step, whenever it was seen and whatever the track is called. */
const read = ({ chart, from, to, event, edges, generation, context }: Step) => ({
  chart,
  from,
  to,
  event,
  edges,
  generation,
  context: JSON.stringify(context),
})
const isStep = ({ from }: Step) => from !== ''

test('a recording is shown with the edges and the memory that the session had', async () => {
  const { live, text } = await session()
  const { steps, by } = stepsOfRecording(text)
  expect(by).toBe('replay')
  const shown = steps.filter(isStep).map(read)
  expect(shown).toEqual(live.filter(isStep).map(read).slice(0, shown.length))
  expect(shown.filter(({ edges }) => edges.length > 0).length).toBeGreaterThan(50)
  expect(shown.map(({ to }) => to)).toContain('reconnecting.reviving')
  const times = steps.map(({ at }) => at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('one that begins in the middle is shown from there on', async () => {
  const { live, text } = await session({ recording: { bytes: 8_192 } })
  const { steps, by } = stepsOfRecording(text)
  expect([by, steps[0]?.event]).toEqual(['replay', 'checkpoint'])
  const shown = steps.filter(isStep).map(read)
  expect(shown.length).toBeGreaterThan(10)
  const all = JSON.stringify(live.filter(isStep).map(read)).slice(1, -1)
  expect(all).toContain(JSON.stringify(shown).slice(1, -1))
})

test.each(['same charts', 'other charts'])('one that does not repeat is shown by its states: %s', async (made) => {
  const { live, text } = await session()
  const bent = text.replace('connecting.openingChannel', 'connecting.elsewhere')
  const { steps, by } = stepsOfRecording(made === 'same charts' ? bent : bent.replace(/"charts":"\w+"/, '"charts":"0"'))
  expect(by).toBe(made)
  const moved = live.filter(({ from, to }) => from !== '' && from !== to).map(({ chart }) => chart)
  const shown = steps.filter(isStep).map(({ chart }) => chart)
  expect(shown).toEqual(moved.slice(0, shown.length))
})
