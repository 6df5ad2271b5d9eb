import type { RTCRtpTransceiver, RtpPacket } from 'werift'
import type { Kind, ReceiverLimit, StreamRef } from '../messages.js'
import type { MediaExchange, MediaPacket } from './exchange.js'
import { beginsKeyFrame } from './key-frame.js'
import { streamRewriter } from './rewriter.js'

const clockRates = { audio: 48_000, video: 90_000 }

/** Only what describes the picture or sound itself travels on; mid and rid belong to the publisher's connection. */
const passedOn = ['urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'urn:3gpp:video-orientation']

/** libwebrtc ignores a request that follows a key frame within 300 ms, and nobody repeats it but we. */
const askAgainMs = 100

const sameStream = (a: StreamRef | undefined, b: StreamRef): boolean => a?.peer === b.peer && a.stream === b.stream

/** An m-line on which the client receives: it shows the stream it was last switched to. */
export const receiverLine = (
  kind: Kind,
  mid: string,
  id: string,
  transceiver: RTCRtpTransceiver,
  exchange: MediaExchange,
  room: string,
  now: () => number,
) => {
  const rewriter = streamRewriter(clockRates[kind], now)
  let remote: StreamRef | undefined
  let limit: ReceiverLimit | undefined
  let watch: { requestKeyFrame: () => void; end: () => void } | undefined
  let codecInUse = ''
  /** Set while a key frame of the present source is awaited. */
  let askedAt: number | undefined
  let packets = 0

  /** werift sends in the first agreed codec; the source decides, and RTX has to belong to the same one. */
  const agreeOn = ({ codec: name, format }: MediaPacket): boolean => {
    const codec = transceiver.codecs.find(
      (candidate) => candidate.name.toLowerCase() === name && (candidate.parameters ?? '') === format,
    )
    if (!codec) return false
    const current = `${codec.payloadType} ${transceiver.codecs.length}`
    if (current !== codecInUse || transceiver.sender.codec?.payloadType !== codec.payloadType) {
      const rtx = transceiver.codecs.filter(
        (other) => other.name.toLowerCase() === 'rtx' && other.parameters === `apt=${codec.payloadType}`,
      )
      const { headerExtensions, sender } = transceiver
      sender.prepareSend({
        codecs: [codec, ...rtx],
        muxId: mid,
        headerExtensions,
        rtcp: { ssrc: sender.ssrc, mux: true },
      })
      codecInUse = current
    }
    return true
  }

  const withExtensions = (rtp: RtpPacket, extensions: ReadonlyMap<string, Buffer>): RtpPacket => {
    for (const uri of passedOn) {
      const payload = extensions.get(uri)
      const id = transceiver.headerExtensions.find((extension) => extension.uri === uri)?.id
      if (payload && id !== undefined) rtp.header.extensions.push({ id, payload })
    }
    return rtp
  }

  /**
   * Nothing of a new source passes before a key frame of it: a viewer that gets other pictures first does not notice that it
   * cannot decode them, and stands still for 3 s (observed with libwebrtc).
   */
  const isTooEarly = ({ rtp, codec }: MediaPacket): boolean => {
    if (askedAt === undefined) return false
    if (beginsKeyFrame(codec, rtp.payload)) {
      askedAt = undefined
      return false
    }
    if (now() - askedAt >= askAgainMs) {
      askedAt = now()
      watch?.requestKeyFrame()
    }
    return true
  }

  const begin = (): void => {
    rewriter.cut()
    askedAt = kind === 'video' ? now() : undefined
  }

  const sink = {
    begin,
    accept: (packet: MediaPacket): void => {
      const { rtp, extensions } = packet
      if (!agreeOn(packet) || isTooEarly(packet)) return
      const rewritten = rewriter.rewrite(rtp)
      if (!rewritten) return
      packets++
      // a packet that cannot be sent any more is lost, as on any path
      transceiver.sender.sendRtp(withExtensions(rewritten, extensions)).catch(() => undefined)
    },
  }

  const disconnect = (): void => {
    watch?.end()
    watch = undefined
    remote = undefined
  }

  return {
    role: 'receiver' as const,
    kind,
    mid,
    id,
    ssrc: transceiver.sender.ssrc,
    remote: (): StreamRef | undefined => remote,
    limit: (): ReceiverLimit | undefined => limit,
    packets: (): number => packets,
    requestKeyFrame: (): void => watch?.requestKeyFrame(),
    switchTo: (next: StreamRef): void => {
      if (sameStream(remote, next)) return
      disconnect()
      remote = next
      limit = undefined
      begin()
      watch = exchange.watch(room, next, sink)
    },
    setLimit: (next: ReceiverLimit): void => {
      limit = next
    },
    disconnect,
  }
}

export type ReceiverLine = ReturnType<typeof receiverLine>
