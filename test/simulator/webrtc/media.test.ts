import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NOTHING, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

/** Packets that came in on a line of `b` within so many milliseconds. */
const flow = async (mid = '0', ms = 1_000): Promise<number> => {
  const { b, until, scheduler } = stage
  const count = async () =>
    [...(await until(b.getStats())).values()].find((stat) => stat.type === 'inbound-rtp' && stat.mid === mid)
      ?.packetsReceived ?? 0
  const before = await count()
  await scheduler.pass(ms)
  return (await count()) - before
}

const sending = async () => {
  const { a, b, here, negotiate, scheduler } = stage
  const track = here.track('audio')
  const stream = new here.MediaStream([track])
  const sender = a.addTrack(track, stream)
  const heard: string[] = []
  const streams: MediaStream[] = []
  b.ontrack = (event) => {
    const { id } = event.track
    heard.push(`track ${event.track.muted}`)
    streams.push(...event.streams.filter((one) => !streams.includes(one)))
    if (heard.length > 1) return
    for (const type of ['mute', 'unmute', 'ended']) event.track.addEventListener(type, () => heard.push(type))
    for (const one of event.streams)
      for (const type of ['addtrack', 'removetrack'] as const)
        one.addEventListener(type, (of) => heard.push(`${type} ${of.track.id === id}`))
  }
  await negotiate()
  await scheduler.pass(1_000)
  return { sender, track, stream, heard, streams, receiver: b.getReceivers()[0] as RTCRtpReceiver }
}

test('a remote track is muted until the first packet of media (webrtc-pc 5.3)', async () => {
  const { heard, receiver, stream, streams } = await sending()
  expect([heard, receiver.track.muted]).toEqual([['track true', 'unmute'], false])
  expect([streams.map(({ id }) => id), streams[0]?.getTracks()]).toEqual([[stream.id], [receiver.track]])
})

describe('what makes media stop, and go on', () => {
  test.each<[string, (world: World, sender: RTCRtpSender) => unknown, boolean]>([
    ['a track less', (_, sender) => sender.replaceTrack(null), false],
    ['the end of the track', (_, sender) => sender.track?.stop(), false],
    ['a pause of the encoding', (_, sender) => pause(sender), false],
    ['a disabled track: silence', (_, sender) => Object.assign(sender.track as object, { enabled: false }), true],
    ['another track', ({ here }, sender) => sender.replaceTrack(here.track('audio')), true],
    ['a cut', ({ near }) => near.blackHole(), false],
  ])('%s', async (_, call, flows) => {
    const { sender } = await sending()
    expect(await flow()).toBe(50)
    await stage.until(Promise.resolve(call(stage, sender)))
    await stage.scheduler.pass(100)
    expect((await flow()) > 0).toBe(flows)
  })

  const pause = async (sender: RTCRtpSender) => {
    const parameters = sender.getParameters()
    for (const encoding of parameters.encodings) encoding.active = false
    await sender.setParameters(parameters)
  }

  test('a track again', async () => {
    const { sender } = await sending()
    await stage.until(sender.replaceTrack(null))
    await stage.until(sender.replaceTrack(stage.here.track('audio')))
    expect(await flow()).toBeGreaterThan(40)
  })
})

test('a line that is no longer received is muted and leaves its streams, and comes back (webrtc-pc 5.1.2)', async () => {
  const { a, negotiate, scheduler } = stage
  const { heard, streams } = await sending()
  const [line] = a.getTransceivers() as [RTCRtpTransceiver]
  line.direction = 'inactive'
  await negotiate()
  await scheduler.pass(500)
  expect([heard.slice(), streams[0]?.getTracks()]).toEqual([['track true', 'unmute', 'mute', 'removetrack true'], []])
  line.direction = 'sendonly'
  await negotiate()
  await scheduler.pass(500)
  expect(heard.slice(4)).toEqual(['addtrack true', 'track true', 'unmute'])
})

test('a line that is stopped ends the track at the far side', async () => {
  const { a, negotiate } = stage
  const { heard, receiver } = await sending()
  a.getTransceivers()[0]?.stop()
  await negotiate()
  expect([heard.slice(2), receiver.track.readyState]).toEqual([['ended', 'removetrack true'], 'ended'])
})

test('other streams of the same line are told as a track again', async () => {
  const { sender, streams } = await sending()
  const { here, negotiate } = stage
  const other = new here.MediaStream()
  sender.setStreams(other)
  await negotiate()
  expect(
    streams.map(({ id, getTracks }) => [id === other.id, getTracks.call(streams.find((one) => one.id === id)).length]),
  ).toEqual([
    [false, 0],
    [true, 1],
  ])
})

test('two lines of one stream are in one stream at the far side', async () => {
  const { a, b, here, negotiate } = stage
  const stream = new here.MediaStream()
  a.addTrack(here.track('audio'), stream)
  a.addTrack(here.track('video'), stream)
  const streams = new Set<MediaStream>()
  b.ontrack = (event) => event.streams.forEach((one) => streams.add(one))
  await negotiate()
  expect([...streams].map(({ id, getTracks }) => [id, getTracks.call([...streams][0]).length])).toEqual([
    [stream.id, 2],
  ])
})

describe('getStats (webrtc-pc 8, webrtc-stats)', () => {
  const stats = async (of: Pick<RTCPeerConnection, 'getStats'>, selector?: MediaStreamTrack) => [
    ...(await stage.until(of.getStats(selector))).values(),
  ]
  const types = (all: { type: string }[]) => [...new Set(all.map(({ type }) => type))].sort()

  test('of everything, of a sender, of a receiver, of a track', async () => {
    stage.a.createDataChannel('x')
    const { sender, receiver } = await sending()
    const path = ['candidate-pair', 'local-candidate', 'remote-candidate', 'transport']
    expect(types(await stats(stage.a))).toEqual([...path, 'data-channel', 'outbound-rtp', 'peer-connection'].sort())
    expect(types(await stats(sender))).toEqual([...path, 'outbound-rtp'].sort())
    expect(types(await stats(receiver))).toEqual([...path, 'inbound-rtp'].sort())
    expect(types(await stats(stage.b, receiver.track))).toEqual([...path, 'inbound-rtp'].sort())
    const strange = stage.here.track('audio')
    expect(await stage.outcome(() => stage.a.getStats(strange))).toBe('InvalidAccessError')
  })

  test('the pair that is used', async () => {
    await sending()
    const all = await stats(stage.b)
    const transport = all.find(({ type }) => type === 'transport')
    const pair = all.find(({ id }) => id === transport.selectedCandidatePairId)
    expect([transport.dtlsState, transport.iceState, pair.state, pair.nominated]).toEqual([
      'connected',
      'connected',
      'succeeded',
      true,
    ])
    // 10 ms of each access network, each way.
    expect(pair.currentRoundTripTime).toBe(0.04)
    expect(all.some(({ id }) => id === pair.localCandidateId)).toBe(true)
    expect(all.some(({ id }) => id === pair.remoteCandidateId)).toBe(true)
    stage.near.blackHole()
    await stage.scheduler.pass(2_000)
    const [before, after] = [await stats(stage.a), (await stage.scheduler.pass(2_000), await stats(stage.a))].map(
      (all) => all.find(({ type }) => type === 'candidate-pair'),
    )
    expect([after.responsesReceived - before.responsesReceived, after.bytesReceived - before.bytesReceived]).toEqual([
      0, 0,
    ])
    expect(after.requestsSent).toBeGreaterThan(before.requestsSent)
  })

  test('frames of a picture', async () => {
    const { a, here, negotiate, scheduler } = stage
    a.addTrack(here.track('video'))
    await negotiate()
    await scheduler.pass(1_000)
    const inbound = (await stats(stage.b)).find(({ type }) => type === 'inbound-rtp')
    expect([inbound.kind, inbound.mid, inbound.framesDecoded]).toEqual(['video', '0', expect.any(Number)])
    expect(inbound.framesDecoded).toBeGreaterThan(20)
    expect(inbound.trackIdentifier).toBe(stage.b.getReceivers()[0]?.track.id)
  })
})
