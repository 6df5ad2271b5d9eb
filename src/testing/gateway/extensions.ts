import type { OfferLine } from './offer.js'

const SEND_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
const CONGESTION = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid'

/** Header extensions (RFC 8285) that the server knows. */
const KNOWN: Record<string, ReadonlySet<string>> = {
  audio: new Set(['urn:ietf:params:rtp-hdrext:ssrc-audio-level', SEND_TIME, CONGESTION, MID]),
  video: new Set([
    SEND_TIME,
    CONGESTION,
    MID,
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'urn:3gpp:video-orientation',
  ]),
}

/** The first line that offers an extension decides its number for the session; under another number it is left out. */
export class Extensions {
  readonly #numbers = new Map<string, string>()

  of({ kind, extensions }: OfferLine): string[] {
    return extensions.filter((text) => {
      const [, number = '', uri = ''] = /^a=extmap:(\d+)\S* (\S+)/.exec(text) ?? []
      const agreed = this.#numbers.get(uri) ?? number
      this.#numbers.set(uri, agreed)
      return agreed === number && KNOWN[kind]?.has(uri)
    })
  }
}
