import { deflateRawSync, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { join } from './support/client.js'
import { started } from './support/gateway.js'
import { camera } from './support/media.js'

const remote = { peer: 'other', stream: 'camera' }
const limit = { priority: 1, max_spatial: 2, max_temporal: 2 }

test('what the server never answers is not answered', async () => {
  const client = await join(await started(), { peer: 'peer', lines: [{ receive: 'video' }] })
  const offer = { sdp: (await client.pc.createOffer()).sdp, senders: [], receivers: { audio: 0, video: 1 } }
  const unanswered: [string, unknown][] = [
    ['peer.ping', {}],
    ['toString', {}],
    ['receiver.switch', { id: 'video_0', remote }],
    ['receiver.switch', { id: 'video_0', priority: 70_000, remote }],
    ['receiver.limit', { id: 'video_0', ...limit }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: 256 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: -1 } }],
    ['sender.toggle', { name: 'camera', kind: 'picture' }],
    ['mix_minus.add', { id: 'default', remote }],
    ['mix_minus.toggle', { id: 'default', enable: true }],
    ['peer.updateSdp', { ...offer, sdp: 'nonsense' }],
    ['peer.updateSdp', { ...offer, receivers: undefined }],
    ['peer.updateSdp', { ...offer, senders: [{ kind: 'video', name: 'camera', uuid: 'x' }] }],
    ['room.subscribe', {}],
  ]
  for (const [method, data] of unanswered) expect(await client.isSilent(method, data), method).toBe(true)

  const count = client.answers.past.length
  const ping = { request: 'room.unsubscribe', data: { peer: 'nobody' } }
  for (const req_id of [-1, 1.5, '1', undefined]) client.send({ type: 'request', req_id, ...ping })
  for (const type of [undefined, 'event', 'answer']) client.send({ type, req_id: 9_000, ...ping })
  client.channel.send('{ no json')
  client.channel.send(new Uint8Array(deflateRawSync(JSON.stringify({ type: 'request', req_id: 9_001, ...ping }))))
  await client.request('room.unsubscribe', { peer: 'nobody' })
  expect(client.answers.past).toHaveLength(count + 1)
})

test('requests are answered in order, also when deflated', async () => {
  const client = await join(await started(), { peer: 'peer', lines: [{ receive: 'video' }] })
  const ids = Array.from({ length: 200 }, (_, index) => 5_000 - index)
  for (const [index, req_id] of ids.entries()) {
    const frame = JSON.stringify({ type: 'request', req_id, request: 'receiver.disconnect', data: { id: 'video_0' } })
    if (index % 2) client.channel.send(frame)
    else client.channel.send(new Uint8Array(deflateSync(frame)))
  }
  await client.answers.find(({ req_id }) => req_id === ids.at(-1))
  expect(client.answers.past.map(({ req_id }) => req_id)).toEqual(ids)
})

test('a frame may be 256 KiB long, and a deflated one 8 MiB when inflated', async () => {
  const client = await join(await started(), { peer: 'peer' })
  const frame = (req_id: number, bytes: number) => {
    const bare = { type: 'request', req_id, request: 'room.unsubscribe', data: { peer: 'nobody' }, filler: '' }
    const missing = bytes - JSON.stringify(bare).length
    return JSON.stringify({ ...bare, filler: 'x'.repeat(missing) })
  }
  client.channel.send(frame(1, 262_144))
  client.channel.send(new Uint8Array(deflateSync(frame(2, 8 * 1024 * 1024))))
  await client.answers.find(({ req_id }) => req_id === 2)
  expect(client.answers.past.map(({ req_id }) => req_id)).toEqual([1, 2])
})

test('a receiver answers switch, limit and disconnect; a switch to another source drops the limit', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ receive: 'video' }] })
  const receiver = () => gateway.sessions()[0]?.receivers[0]
  expect(await client.request('receiver.limit', { id: 'video_0', limit })).toEqual({
    req_id: 1,
    type: 'answer',
    success: true,
    data: true,
  })
  expect(receiver()).toMatchObject({ remote: null, limit })
  await client.switch('video_0', 'other', 'camera')
  expect(receiver()).toMatchObject({ remote, limit: null })
  await client.request('receiver.limit', { id: 'video_0', limit })
  await client.switch('video_0', 'other', 'camera')
  expect(receiver()).toMatchObject({ limit })
  expect(await client.request('receiver.disconnect', { id: 'video_0' })).toMatchObject({ success: true })
  expect(await client.request('receiver.disconnect', { id: 'video_0' })).toMatchObject({ success: true })
  expect(receiver()).toMatchObject({ remote: null })
})

test('requests for a line that does not exist yet wait for it', async () => {
  const client = await join(await started(), { peer: 'peer' })
  expect(await client.isSilent('receiver.switch', { id: 'video_0', priority: 1, remote })).toBe(true)
  expect(await client.isSilent('sender.toggle', { name: 'camera', kind: 'video', track: 'x' })).toBe(true)
  const before = client.answers.past.length
  client.add({ receive: 'video' })
  client.add({ send: camera(100), name: 'camera' })
  await client.updateSdp([{ kind: 'video', name: 'camera', uuid: 'u', label: '' }])
  await client.request('room.unsubscribe', { peer: 'nobody' })
  const late = client.answers.past.slice(before).filter(({ success }) => success)
  expect(late.map(({ req_id }) => req_id)).toEqual(expect.arrayContaining([1, 3]))
})

test('a line that went inactive never answers again', async () => {
  const client = await join(await started(), { peer: 'peer', lines: [{ receive: 'video' }] })
  const [transceiver] = client.pc.getTransceivers()
  if (transceiver) transceiver.direction = 'inactive'
  expect(await client.updateSdp()).toMatchObject({ success: true })
  expect(await client.isSilent('receiver.disconnect', { id: 'video_0' })).toBe(true)
  if (transceiver) transceiver.direction = 'recvonly'
  expect(await client.updateSdp()).toMatchObject({ success: true })
  expect(await client.isSilent('receiver.disconnect', { id: 'video_0' })).toBe(true)
  client.add({ receive: 'video' })
  await client.updateSdp()
  expect(await client.request('receiver.disconnect', { id: 'video_1' })).toMatchObject({ success: true })
})

test('an offer without ICE credentials or BUNDLE is refused and the session goes on', async () => {
  const client = await join(await started(), { peer: 'peer', lines: [{ receive: 'video' }] })
  const sdp = await client.offer()
  const update = (text: string) =>
    client.request('peer.updateSdp', { sdp: text, senders: [], receivers: { audio: 0, video: 1 } })
  const refused = { success: false, data: null }
  expect(await update(sdp.replace(/^a=ice-(ufrag|pwd):.*\r\n/gm, ''))).toMatchObject(refused)
  expect(await update(sdp.replace(/^a=group:BUNDLE.*\r\n/gm, ''))).toMatchObject(refused)
  const answer = await update(sdp)
  expect(answer).toMatchObject({ success: true })
  await client.accept(answer.data?.sdp as string)
})

test('an offer whose lines changed their places is refused and the session goes on', async () => {
  const client = await join(await started(), { peer: 'peer', lines: [{ receive: 'audio' }, { receive: 'video' }] })
  const sdp = await client.offer()
  const [head = '', first = '', second = '', channel = ''] = sdp.split(/^(?=m=)/m)
  const update = (...sections: string[]) =>
    client.request('peer.updateSdp', { sdp: head + sections.join(''), senders: [], receivers: { audio: 1, video: 1 } })
  expect(await update(first, channel)).toMatchObject({ success: false, data: null })
  expect(await update(second, first, channel)).toMatchObject({ success: false, data: null })
  expect(await update(first, second)).toMatchObject({ success: true })
  const answer = await update(first, second, channel)
  expect(answer).toMatchObject({ success: true })
  await client.accept(answer.data?.sdp as string)
})

test('what no line can be, and what any line can be', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ receive: 'audio' }, { receive: 'video' }] })
  const sdp = await client.offer()
  const data = (text: string) => ({ sdp: text, senders: [], receivers: { audio: 1, video: 1 } })
  const without = (pattern: RegExp) => data(sdp.replace(pattern, ''))
  expect(await client.isSilent('peer.updateSdp', without(/^a=recvonly\r\n/m))).toBe(true)
  expect(await client.request('peer.updateSdp', without(/^a=fingerprint.*\r\n/gm))).toMatchObject({ success: true })
  const unbundled = data(sdp.replace(/^(a=group:BUNDLE \S+) \S+/m, '$1'))
  const answer = await client.request('peer.updateSdp', unbundled)
  expect(answer.data?.sdp).toMatch(/^a=group:BUNDLE 0 1 2\r$/m)
  await client.accept(answer.data?.sdp as string)
})

test('a line that is stopped, or of which no codec is known, is answered as any other', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ receive: 'audio' }] })
  const sdp = await client.offer()
  const line = (more: string, port = 9) =>
    `m=video ${port} UDP/TLS/RTP/SAVPF 45\r\na=rtpmap:45 AV1/90000\r\n${more}\r\n`
  const added = line('a=mid:8\r\na=recvonly') + line('a=mid:9\r\na=inactive', 0)
  const offer = sdp.replace(/^a=group:BUNDLE.*(?=\r)/m, '$& 8 9') + added
  const answer = await client.request('peer.updateSdp', { sdp: offer, senders: [], receivers: { audio: 1, video: 1 } })
  const answered = answer.data?.sdp as string
  expect(answered.match(/^m=.*/gm)?.slice(2)).toEqual(Array(2).fill('m=video 9 UDP/TLS/RTP/SAVPF '))
  expect(answered).not.toContain('a=rtpmap:19')
  expect(answered).toContain(' 8 9\r\n')
})

test('a sender line that comes back from inactive is answered, and stays dead', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ send: camera(100), name: 'camera' }] })
  const [transceiver] = client.pc.getTransceivers()
  for (const direction of ['inactive', 'sendonly'] as const) {
    if (transceiver) transceiver.direction = direction
    expect(await client.updateSdp()).toMatchObject({ success: true })
    expect(client.pc.remoteDescription?.sdp).toMatch(/^a=msid:\S+ \S+\r$/m)
  }
  expect(client.pc.remoteDescription?.sdp).toMatch(/^a=recvonly\r$/m)
  expect(gateway.sessions()[0]?.senders).toEqual([])
})

test('an answer above 64 KiB is lost, although the offer was applied', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer' })
  for (let index = 0; index < 80; index++) client.add({ receive: 'video' })
  const sdp = await client.offer()
  expect(await client.isSilent('peer.updateSdp', { sdp, senders: [], receivers: { audio: 0, video: 80 } })).toBe(true)
  expect(gateway.sessions()[0]?.receivers).toHaveLength(80)
})

test('mix-minus slots and sources exist by mode', async () => {
  const gateway = await started()
  const lines = [{ receive: 'audio' }] as const
  const manual = await join(gateway, { peer: 'a', lines, body: { mix_minus_audio: 'ManualAudioStreams' } })
  const source = { id: 'default', remote: { peer: 'b', stream: 'microphone' } }
  expect(await manual.request('mix_minus.add', source)).toMatchObject({ success: true })
  expect(await manual.request('mix_minus.remove', source)).toMatchObject({ success: true })
  expect(await manual.isSilent('mix_minus.add', { ...source, id: 'other' })).toBe(true)
  expect(await manual.switch('audio_0', '', 'mix_minus_default_2')).toMatchObject({ success: true })
  expect(await manual.switch('audio_0', '', 'mix_minus_default_3')).toMatchObject({ success: false, data: null })
  // without a mixer these are names like any other
  const disabled = await join(gateway, { peer: 'c', lines })
  for (const slot of [2, 3]) {
    expect(await disabled.switch('audio_0', '', `mix_minus_default_${slot}`)).toMatchObject({ success: true })
  }
})
