import { setTimeout as wait } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { expect, onTestFinished, test } from 'vitest'
import { PictureLossIndication, RTCPeerConnection, RtcpPayloadSpecificFeedback } from 'werift'
import { acceptBundleOnly } from '../src/workarounds/accept-bundle-only.js'
import { answerAsDtlsServer } from '../src/workarounds/answer-as-dtls-server.js'
import { closeSilently } from '../src/workarounds/close-silently.js'
import { forwardsTrack } from '../src/workarounds/first-rid-only.js'
import { watchForGaps } from '../src/workarounds/key-frame-after-gap.js'
import { quietSctpHeartbeat } from '../src/workarounds/quiet-sctp-heartbeat.js'
import { relayPictureLoss } from '../src/workarounds/relay-picture-loss.js'
import { skipFinishedRecord } from '../src/workarounds/skip-finished-record.js'
import { restartIce } from '../src/workarounds/restart-ice.js'
import { rembParts, withoutTransportCc } from '../src/workarounds/steer-by-remb.js'
import { joinSections, splitSections } from '../src/sdp/offer.js'
import { type Client, join, post } from './support/client.js'
import { started } from './support/gateway.js'
import { camera, microphone, sees } from './support/media.js'
import { connectedPair, offerOf, rawWerift } from './support/raw-werift.js'
import { udpRelay } from './support/relay.js'

const twoLineClient = () => {
  const client = new wrtc.RTCPeerConnection()
  onTestFinished(() => client.close())
  client.addTransceiver(camera(100), { direction: 'sendonly' })
  client.addTransceiver('video', { direction: 'recvonly' })
  return client
}

/** The answer of raw werift, after `before` had its chance. */
const rawAnswer = async (sdp: string, before: (server: ReturnType<typeof rawWerift>) => void = () => undefined) => {
  const server = rawWerift()
  await server.setRemoteDescription({ type: 'offer', sdp })
  before(server)
  await server.setLocalDescription(await server.createAnswer())
  return { server, answer: server.localDescription?.sdp ?? '' }
}

/** How often a publisher was asked for a key frame. */
const pictureLosses = async ({ pc }: Client): Promise<number> => {
  const stats = [...(await pc.getStats()).values()] as { type: string; pliCount?: number }[]
  return stats.find(({ type }) => type === 'outbound-rtp')?.pliCount ?? 0
}

test('DTLS role: werift answers as client, told otherwise as server', async () => {
  const { sdp, offer } = await offerOf(twoLineClient())
  expect((await rawAnswer(sdp)).answer).toContain('a=setup:active')
  expect((await rawAnswer(sdp, (server) => answerAsDtlsServer(server, offer))).answer).toContain('a=setup:passive')
  const passive = { ...offer, session: [...offer.session, 'a=setup:passive'] }
  expect((await rawAnswer(sdp, (server) => answerAsDtlsServer(server, passive))).answer).toContain('a=setup:active')
})

test('ICE restart: werift loses its path and never starts again; kept and started, it goes on', async () => {
  const { server, negotiate, push } = await connectedPair(answerAsDtlsServer)
  const [transport] = server.iceTransports
  const pair = transport?.connection.nominated
  const restart = restartIce(server)
  const seen: unknown[] = []
  const look = () => seen.push([transport?.connection.nominated === pair, transport?.state])
  await negotiate(
    { iceRestart: true },
    {
      remote: () => {
        look()
        restart.keepPath()
        look()
      },
      local: () => {
        look()
        restart.start()
      },
    },
  )
  expect(seen).toEqual([
    [false, 'new'],
    [true, 'new'],
    [true, 'completed'],
  ])
  await expect.poll(() => transport?.state).toBe('connected')
  await push()
})

test('ICE restart through the channel gives new credentials, and requests go on', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ receive: 'audio' }] })
  const begin = performance.now()
  const answer = await client.updateSdp([], { iceRestart: true })
  expect(performance.now() - begin).toBeLessThan(500)
  const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
  const restarted = answer.data?.sdp as string
  expect(ufrag(restarted)).not.toBe(ufrag(client.answerSdp))
  expect(restarted).toContain(` ufrag ${ufrag(restarted)}`)
  expect(restarted).not.toContain(` ufrag ${ufrag(client.answerSdp)}`)
  expect(await client.request('room.unsubscribe', { peer: 'nobody' })).toMatchObject({ success: false })
  await expect.poll(() => client.pc.iceConnectionState).toMatch(/connected|completed/)
})

test('after an ICE restart the client is still followed', async () => {
  const gateway = await started()
  const relay = await udpRelay()
  const client = await join(gateway, { peer: 'peer', editAnswer: relay.intercept })
  await client.updateSdp([], { iceRestart: true })
  await relay.rebind()
  const begin = performance.now()
  await client.request('room.unsubscribe', { peer: 'nobody' })
  expect(performance.now() - begin).toBeLessThan(4_000)
})

test('picture loss: werift gives it to the owner of the sender SSRC, so the transport is listened to', async () => {
  const { sdp } = await offerOf(twoLineClient())
  const { server } = await rawAnswer(sdp, (pc) => pc.getTransceivers()[1]?.setDirection('sendonly'))
  const [publishing, watching] = server.getTransceivers()
  const [transport] = server.dtlsTransports
  if (!publishing || !watching || !transport) throw new Error('no lines')
  const byWerift: string[] = []
  const byUs: number[] = []
  watching.sender.onPictureLossIndication.subscribe(() => byWerift.push('asked'))
  relayPictureLoss(transport, (ssrc) => byUs.push(ssrc))
  const feedback = new PictureLossIndication({
    senderSsrc: publishing.receiver.track.ssrc ?? 0,
    mediaSsrc: watching.sender.ssrc,
  })
  transport.onRtcp.execute(new RtcpPayloadSpecificFeedback({ feedback }))
  expect({ byWerift, byUs }).toEqual({ byWerift: [], byUs: [watching.sender.ssrc] })
})

test('picture loss: what a viewer reports makes the gateway ask the publisher', async () => {
  const gateway = await started()
  const publisher = await join(gateway, { peer: 'p', lines: [{ send: camera(100), name: 'camera' }] })
  // werift as client, because libwebrtc reports a loss only when it pleases
  const viewer = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'] })
  onTestFinished(() => viewer.close())
  const { receiver } = viewer.addTransceiver('video', { direction: 'recvonly' })
  const channel = viewer.createDataChannel('data')
  const room = 'room'
  const offer = await viewer.setLocalDescription(await viewer.createOffer())
  const body = { room, peer: 'v', token: gateway.token({ room }), sdp: offer?.toSdp().sdp, senders: [] }
  const response = await post(gateway, '/webrtc/connect', { ...body, receivers: { audio: 0, video: 1 } })
  const { data } = (await response.json()) as { data: { sdp: string } }
  await viewer.setRemoteDescription({ type: 'answer', sdp: data.sdp })
  await expect.poll(() => channel.readyState).toBe('open')
  const remote = { peer: 'p', stream: 'camera' }
  const request = 'receiver.switch'
  channel.send(JSON.stringify({ type: 'request', req_id: 1, request, data: { id: 'video_0', priority: 1, remote } }))
  await expect.poll(() => gateway.sessions()[1]?.receivers[0]?.packets).toBeGreaterThan(0)
  const before = await pictureLosses(publisher)
  await receiver.sendRtcpPLI(Number(/a=ssrc:(\d+) cname/.exec(data.sdp)?.[1]))
  await expect.poll(() => pictureLosses(publisher)).toBe(before + 1)
})

test('transport-cc: werift would agree to it, the gateway only to REMB, by which it steers the publisher', async () => {
  const { sdp } = await offerOf(twoLineClient())
  expect((await rawAnswer(sdp)).answer).toContain('transport-cc')
  const without = joinSections(splitSections(sdp).map(withoutTransportCc))
  expect(without).not.toContain('transport-cc')

  const gateway = await started({ maxBitrate: 150_000 })
  const publisher = await join(gateway, { peer: 'p', lines: [{ send: camera(100), name: 'camera' }] })
  expect(publisher.answerSdp).not.toContain('transport-cc')
  expect(publisher.answerSdp).toContain('goog-remb')
  const estimate = async () => {
    const stats = [...(await publisher.pc.getStats()).values()] as { availableOutgoingBitrate?: number }[]
    return stats.find(({ availableOutgoingBitrate }) => availableOutgoingBitrate)?.availableOutgoingBitrate
  }
  // libwebrtc begins with 300 000
  await expect.poll(estimate, { timeout: 5_000 }).toBeLessThanOrEqual(150_000)
})

test('a rate is written as mantissa and exponent', () => {
  expect(rembParts(1_000)).toEqual({ brExp: 0, brMantissa: 1_000 })
  const { brExp, brMantissa } = rembParts(2_500_000)
  expect(brMantissa).toBeLessThan(2 ** 18)
  expect(Math.abs(brMantissa * 2 ** brExp - 2_500_000)).toBeLessThan(16)
})

test('bundle-only lines: werift refuses them for their port 0, the gateway takes them', async () => {
  const { sdp } = await offerOf(twoLineClient())
  const bundleOnly = (text: string) =>
    joinSections(
      splitSections(text).map((lines, index) =>
        index < 2 ? lines : [(lines[0] ?? '').replace(/^(m=\S+) \d+/, '$1 0'), 'a=bundle-only', ...lines.slice(1)],
      ),
    )
  expect((await rawAnswer(bundleOnly(sdp))).answer).toMatch(/^m=video 0 /m)
  expect(acceptBundleOnly(['m=video 0 X 96', 'a=bundle-only', 'a=mid:1'])).toEqual(['m=video 9 X 96', 'a=mid:1'])
  expect(acceptBundleOnly(['m=video 0 X 96', 'a=mid:1'])).toEqual(['m=video 0 X 96', 'a=mid:1'])

  const gateway = await started()
  const lines = [{ receive: 'audio' }, { receive: 'video' }] as const
  const client = await join(gateway, { peer: 'peer', lines, editOffer: bundleOnly })
  expect(client.answerSdp).not.toMatch(/^m=\S+ 0 /m)
  expect(await client.request('receiver.disconnect', { id: 'video_0' })).toMatchObject({ success: true })
})

test('gaps: a pause or a jump asks for a key frame, loss and late packets do not', () => {
  const seen = (...packets: [number, number][]) => {
    const isGap = watchForGaps()
    return packets.map(([sequenceNumber, at]) => isGap(sequenceNumber, at))
  }
  expect(seen([1, 0], [2, 33], [4, 66], [3, 70], [34, 99])).toEqual([false, false, false, false, false])
  expect(seen([1, 0], [2, 301])).toEqual([false, true])
  expect(seen([1, 0], [32, 10], [33, 20])).toEqual([false, true, false])
  expect(seen([65_535, 0], [0, 10], [65_534, 20], [1, 30])).toEqual([false, false, false, false])
})

test('gaps: after a hole of the path the publisher is asked for a key frame', async () => {
  const gateway = await started()
  const relay = await udpRelay()
  const lines = [{ send: camera(100), name: 'camera' }] as const
  const publisher = await join(gateway, { peer: 'p', lines, editAnswer: relay.intercept })
  const packets = () => gateway.sessions()[0]?.senders[0]?.packets ?? 0
  await expect.poll(packets).toBeGreaterThan(3)
  expect(await pictureLosses(publisher)).toBe(0)
  relay.cut()
  // the hole itself: nothing happens in it that one could wait for
  await wait(400)
  relay.heal()
  await expect.poll(() => pictureLosses(publisher)).toBeGreaterThan(0)
})

test('simulcast: only the rid that is offered first is forwarded', async () => {
  const { sdp } = await offerOf(twoLineClient())
  const simulcast = sdp
    .replace(/a=ssrc.*\r\n/g, '')
    .replace('a=sendonly\r\n', 'a=sendonly\r\na=rid:lo send\r\na=rid:hi send\r\na=simulcast:send lo;hi\r\n')
  const { server } = await rawAnswer(simulcast)
  const [transceiver] = server.getTransceivers()
  const tracks = transceiver?.receiver.tracks ?? []
  expect(tracks.map(({ rid }) => rid)).toEqual(['lo', 'hi'])
  expect(tracks.map((track) => transceiver && forwardsTrack(transceiver, track))).toEqual([true, false])
})

test('SCTP heartbeat: werift beats every 30 s, silenced it does not', async () => {
  const { server } = await connectedPair(answerAsDtlsServer)
  const sctp = server.sctpTransport?.sctp as unknown as { heartbeatInterval: number }
  expect(sctp.heartbeatInterval).toBe(30)
  quietSctpHeartbeat(server)
  expect(sctp.heartbeatInterval).toBeGreaterThan(86_400)
})

test('a client whose address changes is followed, with channel and media', async () => {
  const gateway = await started()
  const relay = await udpRelay()
  await join(gateway, {
    peer: 'p',
    lines: [
      { send: camera(100), name: 'camera' },
      { send: microphone(), name: 'microphone' },
    ],
  })
  const viewer = await join(gateway, { peer: 'v', lines: [{ receive: 'video' }], editAnswer: relay.intercept })
  await viewer.switch('video_0', 'p', 'camera')
  await sees(viewer.track('video'), 100)
  await relay.rebind()
  const begin = performance.now()
  await viewer.request('room.unsubscribe', { peer: 'nobody' })
  await sees(viewer.track('video'), 100)
  expect(performance.now() - begin).toBeLessThan(4_000)
})

test('closing: werift tells the client at once, silenced it does not', async () => {
  const closeOf = async (close: (pair: Awaited<ReturnType<typeof connectedPair>>) => Promise<void>) => {
    const pair = await connectedPair(answerAsDtlsServer)
    const closed = new Promise<string>((resolve) => pair.channel.addEventListener('close', () => resolve('told')))
    await close(pair)
    return Promise.race([closed, wait(500, 'not told')])
  }
  expect(await closeOf(({ server }) => server.close())).toBe('told')
  expect(await closeOf(({ server }) => closeSilently(server))).toBe('not told')
})

test('the eighth message of werift is lost and comes a second later, unless its number is skipped', async () => {
  const slowest = async (prepare: typeof answerAsDtlsServer) => {
    const { push } = await connectedPair(prepare)
    let longest = 0
    for (let count = 0; count < 12; count++) longest = Math.max(longest, await push())
    return longest
  }
  expect(await slowest(answerAsDtlsServer)).toBeGreaterThan(800)
  const skipping: typeof answerAsDtlsServer = (pc, offer) => {
    answerAsDtlsServer(pc, offer)
    for (const transport of pc.dtlsTransports) skipFinishedRecord(transport)
  }
  expect(await slowest(skipping)).toBeLessThan(400)

  const gateway = await started()
  for (const unanswered of [0, 1]) {
    const client = await join(gateway, { peer: `peer${unanswered}` })
    // acknowledgements take every other number; an unanswered request moves the answers to the others
    if (unanswered) client.send({ type: 'event' })
    for (let count = 0; count < 6; count++) {
      const begin = performance.now()
      await client.request('room.unsubscribe', { peer: 'nobody' })
      expect(performance.now() - begin).toBeLessThan(400)
    }
  }
})
