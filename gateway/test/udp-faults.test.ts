import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { type Client, join } from './support/client.js'
import { started } from './support/gateway.js'
import { camera, sees } from './support/media.js'

const ping = (client: Client) => client.request('room.unsubscribe', { peer: 'nobody' })

/** Whether nobody has this port any more. */
const isFree = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4')
  const bound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => resolve(true))
  })
  socket.close()
  return bound
}

const portsOf = (client: Client) =>
  [...client.answerSdp.matchAll(/^a=candidate:\S+ 1 (\S+) \d+ 127\.0\.0\.1 (\d+) /gm)].map(
    ([, protocol = '', port]) => [protocol, Number(port)] as const,
  )

test('without the option there is no relay, and nothing to set', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer' })
  expect(() => gateway.faults.udp.set('drop')).toThrow('relay: true')
  gateway.faults.clear()
  expect(await ping(client)).toMatchObject({ success: false })
})

test('both candidates of the answer lead to the relay, and all packets pass there', async () => {
  const gateway = await started({ relay: true })
  const client = await join(gateway, { peer: 'peer' })
  const ports = portsOf(client)
  expect(ports.map(([protocol]) => protocol)).toEqual(['udp', 'ssltcp'])
  expect(new Set(ports.map(([, port]) => port)).size).toBe(1)
  const path = gateway.faults.udp.paths()[0]
  expect(path).toMatchObject({ peer: 'peer', room: 'room', connId: client.connId, toGateway: { fault: 'pass' } })
  expect(path?.toGateway.passed).toBeGreaterThan(3)
  expect(path?.toClient.passed).toBeGreaterThan(3)
})

test('one direction of one session fails, and the others go on', async () => {
  const gateway = await started({ relay: true })
  const { udp } = gateway.faults
  const a = await join(gateway, { peer: 'a' })
  const b = await join(gateway, { peer: 'b' })
  expect(udp.set({ toClient: 'drop' }, { peer: 'a' })).toBe(1)
  const late = ping(a)
  await expect.poll(() => udp.counts({ peer: 'a' }).toClient.dropped).toBeGreaterThan(0)
  expect(await ping(b)).toMatchObject({ success: false })
  expect(a.answers.past).toEqual([])
  expect(udp.counts({ connId: b.connId })).toMatchObject({ toGateway: { dropped: 0 }, toClient: { dropped: 0 } })
  expect(udp.counts({ peer: 'a' }).toGateway.dropped).toBe(0)
  expect(udp.clear({ peer: 'a' })).toBe(1)
  expect(await late).toMatchObject({ success: false })
})

test('a fault holds for sessions that come later, until it is cleared', async () => {
  const gateway = await started({ relay: true, timers: { establish: 400 } })
  const { udp } = gateway.faults
  const before = await join(gateway, { peer: 'before' })
  expect(udp.set('drop', { peer: 'later' })).toBe(0)
  expect(udp.current({ peer: 'later', room: 'room' })).toEqual({ toGateway: 'drop', toClient: 'drop' })
  expect(udp.current({ peer: 'before', room: 'room' })).toEqual({ toGateway: 'pass', toClient: 'pass' })
  void join(gateway, { peer: 'later' })
  await expect.poll(() => udp.counts({ peer: 'later' }).toGateway.dropped).toBeGreaterThan(0)
  await expect.poll(() => gateway.sessions().map(({ peer }) => peer)).toEqual(['before'])
  expect(await ping(before)).toMatchObject({ success: false })
  // what an ended session has seen stays in the sum
  expect(udp.counts().toGateway.dropped).toBeGreaterThan(0)
  gateway.faults.clear()
  expect(await ping(await join(gateway, { peer: 'later' }))).toMatchObject({ success: false })
})

test('a delay in each direction is seen as twice the time', async () => {
  const gateway = await started({ relay: true })
  const client = await join(gateway, { peer: 'peer' })
  gateway.faults.udp.set({ delayMs: 60 })
  const begin = performance.now()
  await ping(client)
  expect(performance.now() - begin).toBeGreaterThan(118)
  expect(gateway.faults.udp.paths()[0]?.toClient.fault).toEqual({ delayMs: 60 })
})

test('a fifth of the packets lost in both directions does not end anything', async () => {
  const gateway = await started({ relay: true })
  await join(gateway, { peer: 'p', lines: [{ send: camera(100), name: 'camera' }] })
  const viewer = await join(gateway, { peer: 'v', lines: [{ receive: 'video' }] })
  await viewer.switch('video_0', 'p', 'camera')
  gateway.faults.udp.set({ loss: 0.2, seed: 5 })
  const lost = (direction: 'toGateway' | 'toClient') => gateway.faults.udp.counts()[direction].dropped
  await expect.poll(() => Math.min(lost('toGateway'), lost('toClient')), { timeout: 5_000 }).toBeGreaterThan(3)
  expect(await ping(viewer)).toMatchObject({ success: false })
  await sees(viewer.track('video'), 100)
})

test('a session whose port goes away is dropped for its silence', async () => {
  const gateway = await started({ relay: true, timers: { reconnecting: 200, silence: 300 } })
  const client = await join(gateway, { peer: 'peer' })
  expect(gateway.faults.udp.close({ room: 'elsewhere' })).toBe(0)
  expect(gateway.faults.udp.close({ connId: client.connId })).toBe(1)
  await expect.poll(() => gateway.sessions()).toEqual([])
})

test('relays end with their session, and all with the gateway, whatever they hold', async () => {
  const gateway = await started({ relay: true })
  const leaving = await join(gateway, { peer: 'leaves' })
  const staying = await join(gateway, { peer: 'stays' })
  const ports = [leaving, staying].map((client) => portsOf(client)[0]?.[1] ?? 0)
  const free = () => Promise.all(ports.map(isFree))
  expect(await free()).toEqual([false, false])
  leaving.pc.close()
  await expect.poll(free).toEqual([true, false])
  expect(gateway.faults.udp.paths().map(({ peer }) => peer)).toEqual(['stays'])
  gateway.faults.udp.set({ delayMs: 60_000 })
  void ping(staying)
  await gateway.close()
  await expect.poll(free).toEqual([true, true])
})
