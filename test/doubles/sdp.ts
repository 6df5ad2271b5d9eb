/** An m-line as the doubles write and read it. */
export interface Section {
  readonly kind: string
  readonly mid: string
  readonly direction: string
}

const MIRRORED: Record<string, string> = { sendonly: 'recvonly', recvonly: 'sendonly' }
const PAYLOAD: Record<string, string> = { audio: '111 opus/48000/2', video: '96 VP8/90000' }

const media = ({ kind, mid, direction }: Section, setup: string): string[] => {
  const [number, codec] = (PAYLOAD[kind] ?? '').split(' ')
  const transport = [
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:uf1x',
    'a=ice-pwd:pwd1xxxxxxxxxxxxxxxxxxxx',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => '01').join(':')}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
  ]
  return kind === 'application'
    ? [
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
        ...transport,
        'a=sctp-port:5000',
        'a=max-message-size:262144',
      ]
    : [
        `m=${kind} 9 UDP/TLS/RTP/SAVPF ${number}`,
        ...transport,
        `a=${direction}`,
        'a=rtcp-mux',
        `a=rtpmap:${number} ${codec}`,
      ]
}

/** A description (RFC 8866) of these m-lines. `origin` names who wrote it. */
export const written = (origin: string, sections: readonly Section[], setup: string): string =>
  [
    'v=0',
    `o=- ${origin} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${sections.map(({ mid }) => mid).join(' ')}`,
    ...sections.flatMap((section) => media(section, setup)),
    '',
  ].join('\r\n')

/** The m-lines of a description. */
export const sectionsOf = (sdp: string): Section[] =>
  sdp
    .split(/\r?\n(?=m=)/)
    .slice(1)
    .map((text) => ({
      kind: /^m=(\S*)/.exec(text)?.[1] ?? '',
      mid: /^a=mid:(\S+)/m.exec(text)?.[1] ?? '',
      direction: /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1] ?? 'sendrecv',
    }))

/** The answer that accepts every m-line of an offer. */
export const answerTo = (offer: string): string =>
  written(
    '7 1',
    sectionsOf(offer).map((section) => ({ ...section, direction: MIRRORED[section.direction] ?? section.direction })),
    'passive',
  )
