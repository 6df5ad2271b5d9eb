import { expect, test } from 'vitest'
import { join } from './support/client.js'
import { started } from './support/gateway.js'
import { camera, hears, microphone, sees } from './support/media.js'

const dark = 60
const bright = 200

test('a viewer that switches before the publisher joined sees and hears it when it comes', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'audio' }, { receive: 'video' }] })
  expect(viewer.answerSdp).toMatch(/^a=setup:passive\r$/m)
  expect(viewer.answerSdp).toMatch(/^a=max-message-size:262144\r$/m)
  expect(await viewer.switch('video_0', 'publisher', 'camera')).toMatchObject({ success: true })
  expect(await viewer.switch('audio_0', 'publisher', 'microphone')).toMatchObject({ success: true })
  const seen = sees(viewer.track('video'), bright)
  const heard = hears(viewer.track('audio'))
  await join(gateway, {
    peer: 'publisher',
    lines: [
      { send: camera(bright), name: 'camera' },
      { send: microphone(), name: 'microphone' },
    ],
  })
  await Promise.all([seen, heard])
})

test('a receiver shows one source after the other, and nothing when disconnected', async () => {
  const gateway = await started()
  await join(gateway, { peer: 'a', lines: [{ send: camera(dark), name: 'camera' }] })
  await join(gateway, { peer: 'b', lines: [{ send: camera(bright), name: 'camera' }] })
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  for (const [from, grey] of [
    ['a', dark],
    ['b', bright],
    ['a', dark],
  ] as const) {
    const begin = performance.now()
    await viewer.switch('video_0', from, 'camera')
    await sees(viewer.track('video'), grey)
    // a viewer that is shown pictures without a key frame stands still for 3 s
    expect(performance.now() - begin).toBeLessThan(2_000)
  }
  expect(await viewer.request('receiver.disconnect', { id: 'video_0' })).toMatchObject({ success: true })
  const forwarded = () => gateway.sessions().find(({ peer }) => peer === 'viewer')?.receivers[0]?.packets
  const before = forwarded()
  const published = () => gateway.sessions().find(({ peer }) => peer === 'a')?.senders[0]?.packets ?? 0
  const mark = published()
  await expect.poll(published).toBeGreaterThan(mark + 3)
  expect(forwarded()).toBe(before)
})

test('senders take the m-lines of their kind in the order of the list', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  await join(gateway, {
    peer: 'publisher',
    lines: [
      { send: camera(dark), name: 'first' },
      { send: camera(bright), name: 'second' },
    ],
    body: {
      senders: ['second', 'first'].map((name) => ({ kind: 'video', name, uuid: name, label: '' })),
    },
  })
  await viewer.switch('video_0', 'publisher', 'second')
  await sees(viewer.track('video'), dark)
})

test('a publisher that adds a track later is seen, and one that ends it is gone', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  const publisher = await join(gateway, { peer: 'publisher' })
  const transceiver = publisher.add({ send: camera(bright), name: 'late' })
  const senders = [{ kind: 'video', name: 'late', uuid: 'x', label: '' }]
  expect(await publisher.updateSdp(senders)).toMatchObject({ success: true })
  await viewer.event('stream_added', 'publisher', 'late')
  await viewer.switch('video_0', 'publisher', 'late')
  await sees(viewer.track('video'), bright)
  transceiver.direction = 'inactive'
  expect(await publisher.updateSdp(senders)).toMatchObject({ success: true })
  await viewer.event('stream_removed', 'publisher', 'late')
})

test('a source that leaves and comes back is seen by who still watches it', async () => {
  const gateway = await started()
  const viewer = await join(gateway, { peer: 'viewer', lines: [{ receive: 'video' }] })
  await viewer.switch('video_0', 'publisher', 'camera')
  for (const grey of [bright, dark, bright]) {
    const publisher = await join(gateway, { peer: 'publisher', lines: [{ send: camera(grey), name: 'camera' }] })
    await sees(viewer.track('video'), grey)
    publisher.pc.close()
    await expect.poll(() => gateway.sessions().map(({ peer }) => peer)).toEqual(['viewer'])
  }
})
