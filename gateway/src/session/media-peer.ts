import { networkInterfaces } from 'node:os'
import {
  type PeerConfig,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  useAbsSendTime,
  useAudioLevelIndication,
  useH264,
  useOPUS,
  useRepairedRtpStreamId,
  useSdesMid,
  useSdesRTPStreamId,
  useVideoOrientation,
  useVP8,
  useVP9,
} from 'werift'
import { answerWriter } from '../sdp/answer.js'
import { codecBook, profilesOf } from '../sdp/codecs.js'
import { extensionBook } from '../sdp/extensions.js'
import { joinSections, type Offer, type OfferLine } from '../sdp/offer.js'
import { answerAsDtlsServer } from '../workarounds/answer-as-dtls-server.js'
import { closeSilently } from '../workarounds/close-silently.js'
import { followClientAddress } from '../workarounds/follow-client-address.js'
import { ignorePortZero } from '../workarounds/ignore-port-zero.js'
import { quietSctpHeartbeat } from '../workarounds/quiet-sctp-heartbeat.js'
import { restartIce } from '../workarounds/restart-ice.js'
import { withoutTransportCc } from '../workarounds/steer-by-remb.js'
import { hearData, hearRequests } from '../workarounds/watch-silence.js'

const rtx = () => new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 })

/** werift gives each of its own codecs one of an offer that has the same name, so it needs as many as there are profiles. */
const inEachProfile = (encoding: string, make: () => RTCRtpCodecParameters): RTCRtpCodecParameters[] =>
  Array.from({ length: profilesOf(encoding) }).flatMap(() => [make(), rtx()])

/** New objects each time: werift writes payload types and ids into them. */
const mediaConfig = (): Pick<PeerConfig, 'codecs' | 'headerExtensions'> => ({
  codecs: {
    audio: [useOPUS()],
    video: [
      ...inEachProfile('VP8/90000', useVP8),
      ...inEachProfile('H264/90000', useH264),
      ...inEachProfile('VP9/90000', useVP9),
    ],
  },
  headerExtensions: {
    audio: [useSdesMid(), useAudioLevelIndication(), useAbsSendTime()],
    video: [useSdesMid(), useSdesRTPStreamId(), useRepairedRtpStreamId(), useAbsSendTime(), useVideoOrientation()],
  },
})

const everyAddress = '0.0.0.0'

const outwardAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)

/**
 * Only the address that was asked for: werift would otherwise gather each interface, and leave out loopback. For every
 * address its sockets are not bound to one, and then a loopback candidate is answered from another address: useless to the
 * client as long as there is any other.
 */
const addressConfig = (host: string): Partial<PeerConfig> => {
  const gatherNothing = { iceUseIpv4: false, iceUseIpv6: false }
  if (host === everyAddress) {
    const addresses = outwardAddresses()
    return { ...gatherNothing, iceAdditionalHostAddresses: addresses.length > 0 ? addresses : ['127.0.0.1'] }
  }
  const iceInterfaceAddresses = host.includes(':') ? { udp6: host } : { udp4: host }
  return { ...gatherNothing, iceAdditionalHostAddresses: [host], iceInterfaceAddresses }
}

/** All lines share the transport, whatever the offer says: werift would refuse one that moves out of the group. */
const bundleOf = (offer: Offer): string => `a=group:BUNDLE ${offer.media.map(({ mid }) => mid).join(' ')}`

interface MediaPeerInput {
  readonly host: string
  readonly now: () => number
  readonly onHeard: () => void
  /** Changes where the candidates of an answer lead. */
  readonly reroute: (sdp: string) => Promise<string>
}

/** The werift connection of one session, with everything that makes it answer and live like the real server's. */
export const mediaPeer = ({ host, now, onHeard, reroute }: MediaPeerInput) => {
  const pc = new RTCPeerConnection({
    ...mediaConfig(),
    ...addressConfig(host),
    iceLite: true,
    iceServers: [],
    bundlePolicy: 'max-bundle',
    maxMessageSize: 262_144,
    iceFilterStunResponse: hearRequests(onHeard),
  })
  const answers = answerWriter()
  const codecs = codecBook()
  const extensions = extensionBook()
  let isListening = false

  const shown = ({ mid, lines }: OfferLine): string[] =>
    codecs.reduce(mid, withoutTransportCc(extensions.reduce(ignorePortZero(lines))))

  const transceiverOf = (mid: string): RTCRtpTransceiver | undefined =>
    pc.getTransceivers().find((transceiver) => transceiver.mid === mid)

  return {
    pc,
    transceiverOf,
    uriOf: (extensionId: number): string | undefined => pc.extIdUriMap[extensionId],
    transport: () => pc.dtlsTransports[0],

    /** Rejects when werift cannot apply the offer; then it is back where it was before. */
    negotiate: async (offer: Offer, onApplied: () => void): Promise<string> => {
      if (!answers.keepsOrder(offer.media)) throw new Error('a line changed its place')
      const sections = offer.media.map(shown)
      const restart = restartIce(pc)
      const session = offer.session.map((text) => (text.startsWith('a=group:BUNDLE') ? bundleOf(offer) : text))
      await pc.setRemoteDescription({ type: 'offer', sdp: joinSections([session, ...sections]) })
      restart.keepPath()
      try {
        onApplied()
        answerAsDtlsServer(pc, offer)
        quietSctpHeartbeat(pc)
        await pc.setLocalDescription(await pc.createAnswer())
      } catch (error) {
        await pc.setRemoteDescription({ type: 'rollback' } as never).catch(() => undefined)
        throw error
      }
      restart.start()
      followClientAddress(pc, now)
      if (!isListening) hearData(pc, onHeard)
      isListening = true
      return answers.write(await reroute(pc.localDescription?.sdp ?? ''), offer.media)
    },

    close: (): Promise<void> => closeSilently(pc),
  }
}
