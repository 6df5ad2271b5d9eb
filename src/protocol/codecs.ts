type Codec = Pick<RTCRtpCodec, 'mimeType'>

const place = (names: readonly string[], { mimeType }: Codec): number =>
  names.findIndex((name) => mimeType.toLowerCase().endsWith(`/${name.toLowerCase()}`))

/** The codecs with the preferred ones first, in their order; what is not preferred keeps its place behind them. */
export const preferred = <C extends Codec>(codecs: readonly C[], names: readonly string[]): C[] => {
  const rank = (codec: Codec) => (place(names, codec) + names.length + 1) % (names.length + 1)
  return [...codecs].sort((a, b) => rank(a) - rank(b))
}

/** Only the codecs of these names, and retransmission; all of them where none of the names is of this kind. */
export const allowed = <C extends Codec>(codecs: readonly C[], names: readonly string[]): C[] => {
  const named = codecs.some((codec) => place(names, codec) >= 0)
  return codecs.filter((codec) => !named || place(names, codec) >= 0 || codec.mimeType.endsWith('/rtx'))
}

/** Of each codec its first profile alone: shorter lines that still play everything. */
export const fewest = <C extends Codec>(codecs: readonly C[]): C[] =>
  codecs.filter(({ mimeType }, index) => codecs.findIndex((other) => other.mimeType === mimeType) === index)
