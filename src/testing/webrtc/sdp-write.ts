import { write, type MediaDescription } from 'sdp-transform'
import type { Section } from './section.js'

/** `o=` of a description: fixed for a connection, but the version that counts its descriptions (JSEP 5.2.1). */
export interface Origin {
  readonly id: number
  readonly version: number
}

const transport = ({ ice, fingerprint, setup }: Section): Partial<MediaDescription> => {
  const [type = '', hash = ''] = (fingerprint ?? '').split(' ')
  return {
    ...(ice && { iceUfrag: ice.ufrag, icePwd: ice.pwd, iceOptions: 'trickle' }),
    ...(fingerprint && { fingerprint: { type, hash } }),
    ...(setup && { setup }),
  }
}

const application = (section: Section): MediaDescription => ({
  type: 'application',
  port: section.rejected ? 0 : 9,
  protocol: 'UDP/DTLS/SCTP',
  payloads: 'webrtc-datachannel',
  connection: { version: 4, ip: '0.0.0.0' },
  rtp: [],
  fmtp: [],
  ...transport(section),
  mid: section.mid,
  ...(section.sctpPort !== undefined && { sctpPort: section.sctpPort }),
  ...(section.maxMessageSize !== undefined && { maxMessageSize: section.maxMessageSize }),
})

const sources = ({ sources, msids }: Section): Partial<MediaDescription> => {
  if (!sources) return {}
  const { cname, ssrcs, repair } = sources
  const [msid] = msids
  return {
    ...(repair.length > 0 && {
      ssrcGroups: ssrcs.map((ssrc, at) => ({ semantics: 'FID', ssrcs: `${ssrc} ${repair[at]}` })),
    }),
    ssrcs: [...ssrcs, ...repair].flatMap((id) => [
      { id, attribute: 'cname', value: cname },
      ...(msid ? [{ id, attribute: 'msid', value: `${msid.stream} ${msid.track}` }] : []),
    ]),
  }
}

/** RFC 8851, RFC 8853: the rids of a line are all in one direction. */
const simulcast = ({ rids }: Section): Partial<MediaDescription> => {
  const [first] = rids
  if (!first) return {}
  return {
    rids: rids.map(({ id, direction }) => ({ id, direction })),
    simulcast: { dir1: first.direction, list1: rids.map(({ id }) => id).join(';') },
  }
}

const media = (section: Section): MediaDescription => ({
  type: section.kind,
  port: section.rejected ? 0 : 9,
  protocol: 'UDP/TLS/RTP/SAVPF',
  payloads: section.codecs.map(({ payload }) => payload).join(' ') || '0',
  connection: { version: 4, ip: '0.0.0.0' },
  rtcp: { port: 9, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
  ...transport(section),
  mid: section.mid,
  ext: section.extensions.map(({ value, uri }) => ({ value, uri })),
  direction: section.direction,
  msid: section.msids.map(({ stream, track }) => ({ id: stream, appdata: track })),
  rtcpMux: 'rtcp-mux',
  rtcpRsize: 'rtcp-rsize',
  rtp: section.codecs.map(({ payload, name, rate, channels }) => ({
    payload,
    codec: name,
    rate,
    ...(channels !== undefined && { encoding: channels }),
  })),
  fmtp: section.codecs.flatMap(({ payload, format }) => (format === undefined ? [] : [{ payload, config: format }])),
  rtcpFb: section.codecs.flatMap(({ payload, feedback }) =>
    feedback.map((one) => {
      const [type = '', subtype] = one.split(' ')
      return { payload, type, ...(subtype !== undefined && { subtype }) }
    }),
  ),
  ...simulcast(section),
  ...sources(section),
})

/** A description of these m-lines (JSEP 5.2.1): everything that is not rejected is in one BUNDLE group. */
export const writeDescription = (sections: readonly Section[], { id, version }: Origin): string => {
  const bundle = sections.filter(({ rejected }) => !rejected).map(({ mid }) => mid)
  const streams = new Set(sections.flatMap(({ msids }) => msids.map(({ stream }) => stream)))
  streams.delete('-')
  return write({
    version: 0,
    origin: { username: '-', sessionId: id, sessionVersion: version, netType: 'IN', ipVer: 4, address: '127.0.0.1' },
    name: '-',
    timing: { start: 0, stop: 0 },
    ...(bundle.length > 0 && { groups: [{ type: 'BUNDLE', mids: bundle.join(' ') }] }),
    extmapAllowMixed: 'extmap-allow-mixed',
    msidSemantic: { semantic: 'WMS', token: [...streams].join(' ') },
    media: sections.map((section) => (section.kind === 'application' ? application(section) : media(section))),
  })
}

/** The local description as it can be read while candidates come in (JSEP 5.2.1, webrtc-pc 4.4.1.3): in the first line. */
export const withCandidates = (sdp: string, candidates: readonly string[]): string => {
  const fresh = candidates.filter((candidate) => !sdp.includes(`a=${candidate}\r\n`))
  const [found] = fresh
  if (found === undefined) return sdp
  const [, , , , address = '', port = ''] = found.split(' ')
  const lines = sdp.split('\r\n')
  const at = lines.findIndex((line) => /^m=\w+ (?!0 )/.test(line))
  if (at < 0) return sdp
  lines[at] = (lines[at] as string).replace(/ \d+ /, ` ${port} `)
  if (lines[at + 1]?.startsWith('c=')) lines[at + 1] = `c=IN IP4 ${address}`
  const behind = lines[at + 2]?.startsWith('a=rtcp:') ? at + 3 : at + 2
  lines.splice(behind, 0, ...fresh.map((candidate) => `a=${candidate}`))
  return lines.join('\r\n')
}

/** A remote description with a candidate that came later (webrtc-pc 4.4.2, addIceCandidate): at the end of its line. */
export const withRemoteCandidate = (sdp: string, index: number, line: string): string => {
  const parts = sdp.split(/^(?=m=)/m)
  const part = parts[index + 1]
  if (part === undefined || part.includes(`${line}\r`)) return sdp
  parts[index + 1] = `${part}${line}\r\n`
  return parts.join('')
}
