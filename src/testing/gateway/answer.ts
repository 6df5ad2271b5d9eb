import { word, type Random } from '../scheduler/random.js'
import { written, type Candidate } from '../transport/candidates.js'
import type { IceCredentials } from '../transport/ice-agent.js'
import { codecLines, Codecs } from './codecs.js'
import { Extensions } from './extensions.js'
import type { KnownLine } from './lines.js'

interface AnswerFacts {
  readonly ice: IceCredentials
  readonly fingerprint: string
  readonly setup: 'active' | 'passive'
  readonly candidates: readonly Candidate[]
}

/** What was made up for a line once and is told for ever. */
interface Sources {
  readonly msid: string
  readonly cname: string
  readonly ssrcs: readonly number[]
}

/** A candidate that nobody listens on: the real server offers `ssltcp` beside each UDP one. */
const besideTcp = (udp: string): string =>
  udp.replace(
    /^candidate:(\S+) 1 udp (\d+) /,
    (_, foundation: string, priority: string) =>
      `candidate:${foundation}1 1 ssltcp ${Math.max(1, Number(priority) - 4_194_304)} `,
  )

/** Writes a session's answers as the real server does: every line it knows, by its own memory. */
export class AnswerWriter {
  readonly #sources = new Map<KnownLine, Sources>()
  readonly #codecs = new Codecs()
  readonly #extensions = new Extensions()
  #versions = 0

  constructor(private readonly random: Random) {}

  write(lines: readonly KnownLine[], facts: AnswerFacts): string {
    this.#versions += 1
    const positions: Record<string, number> = { audio: 0, video: 0 }
    const sections = lines.map((line, index) => {
      const position = positions[line.kind] ?? 0
      if (line.direction === 'sendonly') positions[line.kind] = position + 1
      const candidates = index > 0 ? [] : facts.candidates.map((candidate) => written(candidate))
      return [
        ...(line.kind === 'application' ? this.#channel(line, facts) : this.#media(line, position, facts)),
        ...candidates.flatMap((text) => [`a=${text}`, `a=${besideTcp(text)}`]),
      ]
    })
    return [
      'v=0',
      `o=str0m-0 ${1_000_000 + this.#versions} ${this.#versions} IN IP4 0.0.0.0`,
      's=-',
      't=0 0',
      `a=group:BUNDLE ${lines.map(({ mid }) => mid).join(' ')}`,
      'a=msid-semantic: WMS',
      ...sections.flat(),
      '',
    ].join('\r\n')
  }

  #transport({ ice, fingerprint, setup }: AnswerFacts, mid: string): string[] {
    return [
      `a=ice-ufrag:${ice.ufrag}`,
      `a=ice-pwd:${ice.pwd}`,
      'a=ice-options:trickle',
      `a=fingerprint:${fingerprint}`,
      `a=setup:${setup}`,
      `a=mid:${mid}`,
    ]
  }

  #channel({ mid }: KnownLine, facts: AnswerFacts): string[] {
    return [
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 0.0.0.0',
      ...this.#transport(facts, mid),
      'a=sctp-port:5000',
      'a=max-message-size:262144',
    ]
  }

  /** `position` counts the lines of this kind that only send, in the order in which they stand here. */
  #media(line: KnownLine, position: number, facts: AnswerFacts): string[] {
    const { kind, mid, direction, offered } = line
    const codecs = this.#codecs.of(offered)
    const { msid, cname, ssrcs } = this.#sourcesOf(line)
    const name = `${kind}_${position}`
    const [shown, shownName] = direction === 'sendonly' ? [`${name} ${name}`, name] : [msid, cname]
    const [media = 0, rtx = 0] = ssrcs
    const repairs = codecs.some((codec) => codec.rtx !== undefined)
    const sources = line.hasSent ? (repairs ? [media, rtx] : [media]) : []
    const payloads = codecs.flatMap((codec) => [codec.payload, ...(codec.rtx === undefined ? [] : [codec.rtx])])
    return [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloads.join(' ')}`,
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      ...this.#transport(facts, mid),
      ...this.#extensions.of(offered),
      `a=${direction}`,
      'a=rtcp-mux',
      ...codecLines(codecs),
      ...this.#layers(line),
      `a=msid:${shown}`,
      ...(sources.length > 1 ? [`a=ssrc-group:FID ${sources.join(' ')}`] : []),
      ...sources.flatMap((ssrc) => [`a=ssrc:${ssrc} cname:${shownName}`, `a=ssrc:${ssrc} msid:${shown}`]),
    ]
  }

  #layers({ offered: { rids } }: KnownLine): string[] {
    if (rids.length === 0) return []
    return [...rids.map((rid) => `a=rid:${rid} recv`), `a=simulcast:recv ${rids.join(';')}`]
  }

  /** Of the media that is sent on this line. */
  ssrcOf(line: KnownLine): number {
    return this.#sourcesOf(line).ssrcs[0] ?? 0
  }

  #sourcesOf(line: KnownLine): Sources {
    const known = this.#sources.get(line)
    if (known) return known
    const made: Sources = {
      msid: `${word(this.random, 16)} ${word(this.random, 16)}`,
      cname: word(this.random, 16),
      ssrcs: [0, 0].map(() => 1 + Math.floor(this.random() * 4_294_967_294)),
    }
    this.#sources.set(line, made)
    return made
  }
}
