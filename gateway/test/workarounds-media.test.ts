import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { PictureLossIndication, RTCPeerConnection, RtcpPayloadSpecificFeedback } from 'werift'
import { forwardsTrack } from '../src/workarounds/first-rid-only.js'
import { watchForGaps } from '../src/workarounds/key-frame-after-gap.js'
import { relayPictureLoss } from '../src/workarounds/relay-picture-loss.js'
import { rembParts, withoutTransportCc } from '../src/workarounds/steer-by-remb.js'
import { joinSections, splitSections } from '../src/sdp/offer.js'
import { type Client, join, post } from './support/client.js'
import { started } from './support/gateway.js'
import { camera } from './support/media.js'
import { offerOf, rawAnswer, twoLineClient } from './support/raw-werift.js'

/** How often a publisher was asked for a key frame. */
const pictureLosses = async ({ pc }: Client): Promise<number> => {
  const stats = [...(await pc.getStats()).values()] as { type: string; pliCount?: number }[]
  return stats.find(({ type }) => type === 'outbound-rtp')?.pliCount ?? 0
}

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
  const gateway = await started({ relay: true })
  const lines = [{ send: camera(100), name: 'camera' }] as const
  const publisher = await join(gateway, { peer: 'p', lines })
  const packets = () => gateway.sessions()[0]?.senders[0]?.packets ?? 0
  await expect.poll(packets).toBeGreaterThan(3)
  expect(await pictureLosses(publisher)).toBe(0)
  gateway.faults.udp.set('drop')
  // the hole itself: nothing happens in it that one could wait for
  await wait(400)
  gateway.faults.udp.clear()
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
