import { identity, repaired, type Codec, type Extension } from './codecs.js'
import type { NumberBook } from './number-book.js'
import type { Kind } from './track.js'

/** What a stack has of a kind, in the order of a wish (webrtc-pc 5.4, setCodecPreferences); all of it without one. */
export const wanted = (has: readonly Codec[], kind: Kind, preferences: readonly RTCRtpCodec[]): Codec[] => {
  if (preferences.length === 0) return [...has]
  const retransmitted = preferences.some(({ mimeType }) => mimeType.toLowerCase().endsWith('/rtx'))
  return preferences.flatMap((preference) => {
    const own = has.find((codec) => codec.name !== 'rtx' && isMeant(kind, codec, preference))
    const repair = has.find((codec) => own && repaired(codec) === own.payload)
    return own ? [own, ...(repair && retransmitted ? [repair] : [])] : []
  })
}

/** Whether a preference names this codec: all members that it has are equal (webrtc-pc 5.4). */
export const isMeant = (kind: Kind, codec: Codec, preference: RTCRtpCodec): boolean =>
  preference.mimeType?.toLowerCase() === `${kind}/${codec.name}`.toLowerCase() &&
  preference.clockRate === codec.rate &&
  (preference.channels ?? codec.channels) === codec.channels &&
  (codec.name === 'rtx' || (preference.sdpFmtpLine ?? '') === (codec.format ?? ''))

/** The codecs for an offer, with payload types that no other codec of the session has (JSEP 5.2.2). */
export const numbered = (codecs: readonly Codec[], book: NumberBook): Codec[] => {
  const numbers = new Map<number, number>()
  return codecs.map((codec) => {
    const apt = repaired(codec)
    const base = apt === undefined ? undefined : (numbers.get(apt) ?? apt)
    const key = base === undefined ? identity(codec) : `rtx ${base}`
    const payload = book.numberOf(key, codec.payload)
    numbers.set(codec.payload, payload)
    return { ...codec, payload, ...(base !== undefined && { format: `apt=${base}` }) }
  })
}

/** Notes the payload types that the far side has given (JSEP 5.2.2: a codec keeps its payload type). */
export const learn = (codecs: readonly Codec[], book: NumberBook): void => {
  for (const codec of codecs) {
    const apt = repaired(codec)
    book.learn(apt === undefined ? identity(codec) : `rtx ${apt}`, codec.payload)
  }
}

/** What of the offered codecs can be answered: payload types and order of the offer, unless there is a wish (JSEP 5.3.1). */
export const common = (
  has: readonly Codec[],
  kind: Kind,
  offered: readonly Codec[],
  preferences: readonly RTCRtpCodec[],
): Codec[] => {
  const own = new Map(
    wanted(has, kind, preferences)
      .filter(({ name }) => name !== 'rtx')
      .map((codec) => [identity(codec), codec]),
  )
  const taken = offered.filter((codec) => repaired(codec) === undefined && own.has(identity(codec)))
  const order = [...own.keys()]
  if (preferences.length > 0) taken.sort((a, b) => order.indexOf(identity(a)) - order.indexOf(identity(b)))
  return taken.flatMap((codec) => {
    const mine = own.get(identity(codec)) as Codec
    const repair = offered.find((other) => repaired(other) === codec.payload)
    const feedback = codec.feedback.filter((one) => mine.feedback.includes(one))
    return [{ ...mine, payload: codec.payload, feedback }, ...(repair ? [{ ...repair, feedback: [] }] : [])]
  })
}

/** The header extensions that both know, with the numbers of the offer (RFC 8285 section 6). */
export const commonExtensions = (own: readonly Extension[], offered: readonly Extension[]): Extension[] =>
  offered.filter(({ uri }) => own.some((one) => one.uri === uri))
