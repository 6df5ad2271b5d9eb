import { parse, type MediaDescription } from 'sdp-transform'
import type { Json } from './scenario.js'

/** Names that the server makes from the receiver's ordinal are kept; everything else is a random pair. */
const msidForm = (msid: string) => (/^(audio|video)_\d+ (audio|video)_\d+$/.test(msid) ? msid : '<random> <random>')

const unique = (values: string[]) => [...new Set(values)]

const credentialForm = (value: string | undefined) => (value ? 'present' : 'absent')

const lineMsid = (section: string) => /^a=msid:(.*)$/m.exec(section)?.[1]?.trim()

const valueForm = (value: string) => (/^(audio|video)_\d+$/.test(value.trim()) ? value.trim() : '<random>')

const describeSsrcs = (section: string): Json => {
  const lines = [...section.matchAll(/^a=ssrc:(\d+) ([a-z]+):?(.*)$/gm)]
  return {
    count: new Set(lines.map(([, ssrc]) => ssrc)).size,
    attributes: unique(
      lines.map(
        ([, , name, value]) => `${name} ${name === 'msid' ? msidForm((value ?? '').trim()) : valueForm(value ?? '')}`,
      ),
    ).sort(),
    groups: [...section.matchAll(/^a=ssrc-group:([A-Z-]+) (.*)$/gm)].map(
      ([, semantics, members]) => `${semantics} of ${(members ?? '').trim().split(' ').length}`,
    ),
  }
}

const describeLine = (line: MediaDescription, section: string): Json => {
  const msid = lineMsid(section)
  const common = {
    mid: String(line.mid),
    kind: line.type,
    protocol: line.protocol,
    // A port is 0 (stopped), 9 (trickle) or a number that means nothing.
    port: line.port === 0 || line.port === 9 ? line.port : '<port>',
    setup: line.setup ?? null,
    credentials: `ufrag ${credentialForm(line.iceUfrag)}, pwd ${credentialForm(line.icePwd)}`,
    fingerprint: line.fingerprint?.type ?? null,
    iceOptions: line.iceOptions ?? null,
    candidates: unique(
      (line.candidates ?? []).map(
        (one) => `${one.transport} ${one.type} component ${one.component}${/ ufrag /.test(section) ? ' ufrag' : ''}`,
      ),
    ),
    endOfCandidates: line.endOfCandidates ?? null,
  }
  if (line.type === 'application')
    return { ...common, sctpPort: line.sctpPort ?? null, maxMessageSize: line.maxMessageSize ?? null }
  return {
    ...common,
    direction: line.direction ?? null,
    msid: msid ? msidForm(msid) : null,
    ssrcs: describeSsrcs(section),
    codecs: line.rtp.map((rtp) => `${rtp.payload} ${rtp.codec}/${rtp.rate}`),
    formats: line.fmtp.map((fmtp) => `${fmtp.payload} ${fmtp.config}`),
    // The order of codecs is a preference; that of feedback and extensions says nothing.
    feedback: (line.rtcpFb ?? [])
      .map((fb) => [fb.payload, fb.type, fb.subtype].filter((part) => part !== undefined).join(' '))
      .sort(),
    extensions: (line.ext ?? []).toSorted((a, b) => a.value - b.value).map((ext) => `${ext.value} ${ext.uri}`),
    rids: (line.rids ?? []).map((rid) => `${rid.id} ${rid.direction}`),
    simulcast: line.simulcast ? `${line.simulcast.dir1} ${line.simulcast.list1}` : null,
    flags: [line.rtcpMux && 'rtcp-mux', line.rtcpRsize && 'rtcp-rsize'].filter((flag) => typeof flag === 'string'),
  }
}

/** What an answer says, without what is random in it: two answers that describe alike mean the same to a client. */
export const describeSdp = (sdp: string): Json => {
  const parsed = parse(sdp)
  const sections = sdp.split(/^(?=m=)/m).slice(1)
  return {
    groups: (parsed.groups ?? []).map((group) => `${group.type} ${group.mids}`),
    iceLite: parsed.icelite !== undefined,
    sessionSetup: parsed.setup ?? null,
    lines: parsed.media.map((line, n) => describeLine(line, sections[n] ?? '')),
  }
}

/** The members that a renegotiation is about; the rest is compared once, at connect. */
export const describeLines = (sdp: string): Json => {
  const sections = sdp.split(/^(?=m=)/m).slice(1)
  const parsed = parse(sdp)
  return [
    ...(parsed.groups ?? []).map((group) => `${group.type} ${group.mids}`),
    ...parsed.media.map((line, n) => {
      const msid = lineMsid(sections[n] ?? '')
      const words = [
        String(line.mid),
        line.type,
        line.port === 0 ? 'stopped' : line.direction,
        msid && `msid ${msidForm(msid)}`,
      ]
      return words.filter(Boolean).join(' ')
    }),
  ]
}
