import wrtc from '@roamhq/wrtc'
import { expect, onTestFinished } from 'vitest'
import { type RTCDataChannel, RTCPeerConnection } from 'werift'
import { type Offer, parseOffer } from '../../src/sdp/offer.js'
import { camera } from './media.js'

/** werift as the gateway configures it, but without any workaround: what it does here is why each of them exists. */
export const rawWerift = (): RTCPeerConnection => {
  const pc = new RTCPeerConnection({
    iceLite: true,
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceInterfaceAddresses: { udp4: '127.0.0.1' },
    bundlePolicy: 'max-bundle',
  })
  onTestFinished(() => pc.close())
  return pc
}

export const twoLineClient = () => {
  const client = new wrtc.RTCPeerConnection()
  onTestFinished(() => client.close())
  client.addTransceiver(camera(100), { direction: 'sendonly' })
  client.addTransceiver('video', { direction: 'recvonly' })
  return client
}

/** The answer of raw werift, after `before` had its chance. */
export const rawAnswer = async (
  sdp: string,
  before: (server: ReturnType<typeof rawWerift>) => void = () => undefined,
) => {
  const server = rawWerift()
  await server.setRemoteDescription({ type: 'offer', sdp })
  before(server)
  await server.setLocalDescription(await server.createAnswer())
  return { server, answer: server.localDescription?.sdp ?? '' }
}

export const offerOf = async (
  pc: RTCPeerConnection | globalThis.RTCPeerConnection,
): Promise<{ sdp: string; offer: Offer }> => {
  const { sdp = '' } = await pc.createOffer()
  const offer = parseOffer(sdp)
  if (!offer) throw new Error('no offer')
  return { sdp, offer }
}

/** A libwebrtc client connected to raw werift by one data channel. */
export const connectedPair = async (prepare: (server: RTCPeerConnection, offer: Offer) => void = () => undefined) => {
  const server = rawWerift()
  const client = new wrtc.RTCPeerConnection()
  onTestFinished(() => client.close())
  const channel = client.createDataChannel('data')
  const opened = new Promise<void>((resolve) => channel.addEventListener('open', () => resolve()))

  const negotiate = async (init?: RTCOfferOptions, after: { remote?: () => void; local?: () => void } = {}) => {
    const description = await client.createOffer(init)
    await client.setLocalDescription(description)
    await server.setRemoteDescription({ type: 'offer', sdp: description.sdp ?? '' })
    after.remote?.()
    const offer = parseOffer(description.sdp ?? '')
    if (offer) prepare(server, offer)
    await server.setLocalDescription(await server.createAnswer())
    after.local?.()
    const sdp = server.localDescription?.sdp ?? ''
    await client.setRemoteDescription({ type: 'answer', sdp: sdp.replaceAll('a=ice-lite\r\n', '') })
    return sdp
  }

  let remote: RTCDataChannel | undefined
  server.onDataChannel.subscribe((opened) => {
    remote = opened
  })
  const firstAnswer = await negotiate()
  await opened
  await expect.poll(() => remote).toBeDefined()

  return {
    server,
    client,
    channel,
    /** The server's end of the channel. */
    remote: remote as unknown as RTCDataChannel,
    firstAnswer,
    negotiate,
    /** How long a message of the server travels, in ms. */
    push: (): Promise<number> => {
      const begin = performance.now()
      return new Promise((resolve) => {
        channel.addEventListener('message', () => resolve(performance.now() - begin), { once: true })
        remote?.send('x')
      })
    },
  }
}
