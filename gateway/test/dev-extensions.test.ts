import { expect, test } from 'vitest'
import { join } from './support/client.js'
import { started } from './support/gateway.js'

const frames = ['no json', '{}', '', '[1]', '{"type":"event"}'] as const
const bytes = new Uint8Array([1, 2, 3, 250])

test('without the option nothing of it exists', async () => {
  const client = await join(await started(), { peer: 'peer' })
  for (const method of ['dev.echo', 'dev.say']) expect(await client.isSilent(method, { x: 1 }), method).toBe(true)
  const came: unknown[] = []
  client.channel.addEventListener('message', ({ data }) => came.push(data))
  for (const frame of frames) client.channel.send(frame)
  client.channel.send(bytes)
  await client.request('room.unsubscribe', { peer: 'nobody' })
  expect(came).toHaveLength(1)
})

test('an echo answers with what it was asked with', async () => {
  const client = await join(await started({ devExtensions: true }), { peer: 'peer' })
  for (const data of [{ a: [1, null] }, 'text', 0, false, null])
    expect(await client.request('dev.echo', data)).toMatchObject({ success: true, data })
  expect(await client.request('dev.echo', undefined)).toMatchObject({ success: true, data: null })
})

test('what is said is heard by every other peer of the room, whatever it watches', async () => {
  const gateway = await started({ devExtensions: true })
  const speaker = await join(gateway, { peer: 'speaker' })
  const listener = await join(gateway, { peer: 'listener', body: { sub_scope: 'Manual' } })
  const elsewhere = await join(gateway, { peer: 'elsewhere', room: 'another' })
  expect(await speaker.request('dev.say', { data: { hello: 1 } })).toMatchObject({ success: true, data: true })
  expect(await listener.events.find(({ event }) => event === 'dev_said')).toEqual({
    type: 'event',
    event: 'dev_said',
    data: { peer: 'speaker', data: { hello: 1 } },
  })
  for (const other of [speaker, elsewhere]) {
    await other.request('room.unsubscribe', { peer: 'nobody' })
    expect(other.events.past.map(({ event }) => event)).not.toContain('dev_said')
  }
})

test('a frame that is no request comes back as it came, and a request does not', async () => {
  const client = await join(await started({ devExtensions: true }), { peer: 'peer' })
  const came: unknown[] = []
  // another listener than the helper's, which expects JSON
  const channel = client.pc.createDataChannel('frames')
  channel.binaryType = 'arraybuffer'
  channel.addEventListener('message', ({ data }) => came.push(data))
  await expect.poll(() => channel.readyState).toBe('open')
  for (const frame of frames) channel.send(frame)
  channel.send(bytes)
  channel.send(JSON.stringify({ type: 'request', req_id: 1, request: 'nobody.knows.this' }))
  channel.send(JSON.stringify({ type: 'request', req_id: 2, request: 'dev.echo', data: 'last' }))
  await expect.poll(() => came).toHaveLength(frames.length + 2)
  expect(came.slice(0, frames.length)).toEqual(frames)
  expect(new Uint8Array(came[frames.length] as ArrayBuffer)).toEqual(bytes)
  expect(JSON.parse(came.at(-1) as string)).toEqual({ req_id: 2, type: 'answer', success: true, data: 'last' })
})
