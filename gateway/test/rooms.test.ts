import { expect, test } from 'vitest'
import type { Gateway } from '../src/index.js'
import { type Client, join } from './support/client.js'
import { started } from './support/gateway.js'
import { camera, sees } from './support/media.js'

const publish = (gateway: Gateway, peer: string, body: Record<string, unknown> = {}) =>
  join(gateway, { peer, body, lines: [{ send: camera(120), name: 'camera' }] })

const told = (client: Client) =>
  client.events.past.map(({ event, data }) => `${event} ${data.peer} ${data.stream ?? ''}`.trim())

const remove = (gateway: Gateway, { connId }: Client) =>
  fetch(`${gateway.url}/webrtc/conn/${connId}`, { method: 'DELETE' })

test('everyone is told of peers and streams, also of their own streams, with these very data', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer' })
  const publisher = await publish(gateway, 'publisher')
  const added = await viewer.event('stream_added', 'publisher', 'camera')
  const hash = expect.any(Number) as number
  expect(added).toEqual({
    type: 'event',
    event: 'stream_added',
    data: {
      kind: 'video',
      peer: 'publisher',
      peer_hash: hash,
      state: { active: true, kind: 'video', label: null, layers: [], scaling: 'Single', status: 'connected' },
      stream: 'camera',
    },
  })
  await publisher.event('stream_added', 'publisher', 'camera')
  publisher.pc.close()
  await viewer.event('stream_removed', 'publisher', 'camera')
  await viewer.event('peer_removed', 'publisher')
  const ofPeer = viewer.events.past.filter(({ event }) => event.startsWith('peer_'))
  expect(ofPeer.map(({ event, data }) => [event, data.state])).toEqual([
    ['peer_added', { protocol: 'Webrtc', state: 'New' }],
    ['peer_updated', { protocol: 'Webrtc', state: 'Connected' }],
    ['peer_removed', null],
  ])
  expect(viewer.events.past.find(({ event }) => event === 'stream_removed')?.data.state).toBeNull()
  expect(told(publisher)).toEqual(['peer_added viewer', 'stream_added publisher camera'])
})

test('a late joiner is told what is there', async () => {
  const gateway = await started()
  const publisher = await publish(gateway, 'publisher')
  await publisher.event('stream_added', 'publisher', 'camera')
  const late = await join(gateway, { peer: 'late' })
  await late.event('stream_added', 'publisher', 'camera')
  expect((await late.event('peer_added', 'publisher')).data.state).toEqual({ protocol: 'Webrtc', state: 'Connected' })
})

test('a stream that is toggled off is removed, and announced again with its next packet, toggled on or not', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer' })
  const publisher = await publish(gateway, 'publisher')
  await viewer.event('stream_added', 'publisher', 'camera')
  const toggle = (track: string | null) =>
    publisher.request('sender.toggle', { name: 'camera', kind: 'video', track, label: null })
  expect(await toggle(null)).toMatchObject({ success: true })
  await viewer.event('stream_removed', 'publisher', 'camera')
  const added = () => told(viewer).filter((text) => text === 'stream_added publisher camera').length
  await expect.poll(added).toBe(2)
  expect(await toggle('x')).toMatchObject({ success: true })
  await publisher.pc.getSenders()[0]?.replaceTrack(null)
  expect(await toggle(null)).toMatchObject({ success: true })
  await expect.poll(() => gateway.sessions()[1]?.senders[0]).toMatchObject({ name: 'camera', active: false })
  expect(await toggle('x')).toMatchObject({ success: true })
  expect(gateway.sessions()[1]?.senders[0]).toMatchObject({ active: true })
})

test('scopes: only streams, or nothing until a peer is subscribed', async () => {
  const gateway = await started()
  const streams = await join(gateway, { peer: 'streams', body: { sub_scope: 'stream_only' } })
  const manual = await join(gateway, { peer: 'manual', body: { sub_scope: 'Manual' } })
  await publish(gateway, 'publisher')
  await streams.event('stream_added', 'publisher', 'camera')
  expect(told(streams)).toEqual(['stream_added publisher camera'])
  expect(await streams.request('room.subscribe', { peer: 'publisher' })).toMatchObject({ success: false, data: null })
  expect(told(manual)).toEqual([])
  expect(await manual.request('room.subscribe', { peer: 'publisher' })).toMatchObject({ success: true })
  expect(told(manual)).toEqual(['stream_added publisher camera'])
  expect(await manual.request('room.unsubscribe', { peer: 'publisher' })).toMatchObject({ success: true })
  expect(told(manual)).toEqual(['stream_added publisher camera'])
  await manual.request('room.subscribe', { peer: 'publisher' })
  expect(told(manual)).toEqual(['stream_added publisher camera', 'stream_updated publisher camera'])
})

test('pub_scope stream_only leaves a ghost', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer' })
  const ghost = await publish(gateway, 'ghost', { pub_scope: 'stream_only' })
  await viewer.event('stream_added', 'ghost', 'camera')
  expect((await viewer.event('peer_added', 'ghost')).data.state).toEqual({ protocol: 'Webrtc', state: 'Connected' })
  ghost.pc.close()
  await viewer.event('stream_removed', 'ghost', 'camera')
  const late = await join(gateway, { peer: 'late' })
  await late.event('peer_added', 'ghost')
  expect(told(viewer)).not.toContain('peer_removed ghost')
})

test('the same peer again ends its former session, which is not told', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer' })
  const former = await publish(gateway, 'publisher')
  await viewer.event('stream_added', 'publisher', 'camera')
  await publish(gateway, 'publisher')
  const again = () => told(viewer).filter((text) => text === 'stream_added publisher camera')
  await expect.poll(again).toHaveLength(2)
  const order = told(viewer)
  expect(order.indexOf('peer_removed publisher')).toBeLessThan(order.lastIndexOf('peer_added publisher'))
  expect(gateway.sessions().map(({ peer }) => peer)).toEqual(['viewer', 'publisher'])
  expect([former.channel.readyState, former.pc.connectionState]).toEqual(['open', 'connected'])
})

test('the third session does not kick the second, whose end then takes the keys of the living one', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  await publish(gateway, 'publisher')
  const second = await publish(gateway, 'publisher')
  const third = await publish(gateway, 'publisher')
  expect(gateway.sessions().map(({ connId }) => connId)).toEqual([viewer.connId, second.connId, third.connId])
  await expect.poll(() => gateway.sessions()[2]?.senders[0]?.packets).toBeGreaterThan(0)
  const removals = () => told(viewer).filter((text) => text === 'stream_removed publisher camera').length
  const before = removals()
  await remove(gateway, second)
  await expect.poll(removals).toBe(before + 1)
  const late = await join(gateway, { peer: 'late' })
  expect(await late.request('room.unsubscribe', { peer: 'x' })).toMatchObject({ success: false })
  expect(told(late)).toEqual(['peer_added viewer'])
  await viewer.switch('video_0', 'publisher', 'camera')
  await sees(viewer.track('video'), 120)
})

test('DELETE before the next connect makes it clean', async () => {
  const gateway = await started()
  const first = await publish(gateway, 'publisher')
  await remove(gateway, first)
  const second = await publish(gateway, 'publisher')
  const third = await publish(gateway, 'publisher')
  expect(gateway.sessions().map(({ connId }) => connId)).toEqual([third.connId])
  expect(second.connId).not.toBe(third.connId)
})

test('peer.close ends the session without an answer, and any channel that closes ends it', async () => {
  const gateway = await started()
  const first = await join(gateway, { peer: 'first' })
  const viewer = await join(gateway, { peer: 'viewer' })
  first.send({ type: 'request', req_id: 1, request: 'peer.close' })
  await viewer.event('peer_removed', 'first')
  expect(first.answers.past).toEqual([])

  const second = await join(gateway, { peer: 'second' })
  const extra = second.pc.createDataChannel('extra')
  await expect.poll(() => extra.readyState).toBe('open')
  extra.close()
  await viewer.event('peer_removed', 'second')
  expect(gateway.sessions().map(({ peer }) => peer)).toEqual(['viewer'])
})

test('answers go to the channel that was opened last', async () => {
  const client = await join(await started(), { peer: 'peer' })
  const extra = client.pc.createDataChannel('extra')
  const answered = new Promise<string>((resolve) => {
    extra.addEventListener('message', ({ data }) => resolve(data as string))
  })
  await expect.poll(() => extra.readyState).toBe('open')
  client.send({ type: 'request', req_id: 7, request: 'room.unsubscribe', data: { peer: 'nobody' } })
  expect(JSON.parse(await answered)).toEqual({ req_id: 7, type: 'answer', success: false, data: null })
  expect(client.answers.past).toEqual([])
})

test('a limit above 2 on a simulcast source panics the session after its answer', async () => {
  const gateway = await started()
  // wrtc offers no simulcast of its own: the line only has to say it is one
  const simulcast = (sdp: string) =>
    sdp.replace(/(a=sendonly\r\n)/, '$1a=rid:a send\r\na=rid:b send\r\na=simulcast:send a;b\r\n')
  await join(gateway, { peer: 'p', lines: [{ send: camera(9), name: 'camera' }], editOffer: simulcast })
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  await viewer.switch('video_0', 'p', 'camera')
  const limit = { priority: 1, max_spatial: 3, max_temporal: 1 }
  expect(await viewer.request('receiver.limit', { id: 'video_0', limit })).toMatchObject({ success: true })
  await expect.poll(() => gateway.sessions().map(({ peer }) => peer)).toEqual(['p'])
  const probe = await fetch(`${gateway.url}/webrtc/ice_remote`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conn_id: viewer.connId, candidate: '' }),
  })
  expect([probe.status, await probe.text()]).toEqual([500, 'receiving from an empty and closed channel'])
  const begin = performance.now()
  expect((await remove(gateway, viewer)).status).toBe(400)
  expect(performance.now() - begin).toBeGreaterThan(900)
})
