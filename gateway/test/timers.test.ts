import wrtc from '@roamhq/wrtc'
import { expect, onTestFinished, test } from 'vitest'
import type { Gateway } from '../src/index.js'
import { join, post } from './support/client.js'
import { started } from './support/gateway.js'

const peersOf = (gateway: Gateway) => gateway.sessions().map(({ peer }) => peer)

/** Only asks to connect; what comes of it is up to the test. */
const ask = async (gateway: Gateway, withChannel: boolean) => {
  const pc = new wrtc.RTCPeerConnection()
  onTestFinished(() => pc.close())
  const channel = withChannel ? pc.createDataChannel('data') : undefined
  if (!channel) pc.addTransceiver('audio', { direction: 'recvonly' })
  const offer = await pc.createOffer()
  await pc.setLocalDescription(offer)
  const room = 'room'
  const token = gateway.token({ room })
  const body = { room, peer: 'peer', token, sdp: offer.sdp, senders: [], receivers: { audio: 0, video: 0 } }
  const response = await post(gateway, '/webrtc/connect', body)
  const { data } = (await response.json()) as { data: { sdp: string } }
  return { pc, channel, apply: () => pc.setRemoteDescription({ type: 'answer', sdp: data.sdp }) }
}

test('a session that never connects is dropped', async () => {
  const gateway = await started({ timers: { establish: 150 } })
  await ask(gateway, true)
  expect(peersOf(gateway)).toEqual(['peer'])
  await expect.poll(() => peersOf(gateway)).toEqual([])
})

test('a session that opens no channel is dropped, and its client still says connected', async () => {
  const gateway = await started({ timers: { channel: 150 } })
  const { pc, apply } = await ask(gateway, false)
  await apply()
  await expect.poll(() => gateway.sessions()[0]?.transport).toBe('connected')
  await expect.poll(() => peersOf(gateway)).toEqual([])
  expect(pc.connectionState).toBe('connected')
})

test('others see a silent client as Reconnecting, see it return, and see it removed when it stays away', async () => {
  const gateway = await started({ relay: true, timers: { reconnecting: 700, silence: 3_500 } })
  const viewer = await join(gateway, { peer: 'viewer' })
  const client = await join(gateway, { peer: 'client' })
  const { udp } = gateway.faults
  const states = () =>
    viewer.events.past
      .filter(({ event, data }) => event.startsWith('peer_') && data.peer === 'client')
      .map(({ data }) => data.state?.state ?? 'removed')
  await expect.poll(states).toEqual(['New', 'Connected'])
  udp.set('drop', { peer: 'client' })
  await expect.poll(states, { timeout: 3_000 }).toEqual(['New', 'Connected', 'Reconnecting'])
  udp.clear({ peer: 'client' })
  await expect.poll(states, { timeout: 3_000 }).toEqual(['New', 'Connected', 'Reconnecting', 'Connected'])
  expect(await client.request('room.unsubscribe', { peer: 'nobody' })).toMatchObject({ success: false })
  udp.set('drop', { peer: 'client' })
  await expect.poll(() => states().at(-1), { timeout: 6_000 }).toBe('removed')
  expect(peersOf(gateway)).toEqual(['viewer'])
})

test('a channel that is to be closed before it is there is closed once it is, and the session lives on', async () => {
  const gateway = await started()
  const { channel, apply } = await ask(gateway, true)
  expect(gateway.faults.closeChannels()).toBe(1)
  expect(channel?.readyState).toBe('connecting')
  await apply()
  await expect.poll(() => channel?.readyState).toBe('closed')
  expect([gateway.sessions()[0]?.transport, peersOf(gateway)]).toEqual(['connected', ['peer']])
})
