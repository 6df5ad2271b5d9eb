import { randomUUID } from 'node:crypto'
import { withoutPlaceholder } from './codecs.js'
import { attribute, type Direction, isDirection, joinSections, type OfferLine, splitSections } from './offer.js'

/**
 * Candidates go into the first section only. `a=ice-lite` is left out: libwebrtc would then nominate with its second check
 * only, which costs 50 ms, and the real server is no ICE-lite agent.
 */
const isTransportNoise = (line: string): boolean =>
  line.startsWith('a=candidate:') || line === 'a=end-of-candidates' || line === 'a=ice-lite'

const isSourceLine = (line: string): boolean =>
  line.startsWith('a=msid:') || line.startsWith('a=ssrc:') || line.startsWith('a=ssrc-group:')

const answerTo: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

interface KnownLine {
  readonly kind: OfferLine['kind']
  readonly mid: string
  /** Shown wherever the line does not simply send, although nothing is ever sent under this name. */
  readonly msid: string
  readonly cname: string
  direction: Direction
  /** SSRCs that were told once are told for ever. */
  hasSent: boolean
  /** As werift wrote it. */
  section: readonly string[]
}

/** There is one application line at most, so that it is known by its kind. */
const isSame = (known: KnownLine, offered: OfferLine): boolean =>
  offered.kind === 'application' || known.kind === 'application'
    ? known.kind === offered.kind
    : known.mid === offered.mid

const sourceLines = (section: readonly string[], cname: string, msid: string): string[] => {
  const ssrcs = section.filter((line) => line.startsWith('a=ssrc:') && line.includes(' cname:'))
  return [
    ...section.filter((line) => line.startsWith('a=ssrc-group:')),
    ...ssrcs.flatMap((line) => {
      const ssrc = line.slice(0, line.indexOf(' '))
      return [`${ssrc} cname:${cname}`, `${ssrc} msid:${msid}`]
    }),
  ]
}

/** `position` counts the lines of this kind that only send, in the order in which they stand here. */
const write = (line: KnownLine, position: number): string[] => {
  const bare = withoutPlaceholder(line.section)
    .filter((text) => !isTransportNoise(text) && !isSourceLine(text))
    // werift ends this one with a space, which not every parser takes
    .map((text) => (text.startsWith('a=simulcast:') ? text.trimEnd() : text))
  if (line.kind === 'application') return bare
  const name = `${line.kind}_${position}`
  const [msid, cname] = line.direction === 'sendonly' ? [`${name} ${name}`, name] : [line.msid, line.cname]
  return [
    ...bare.map((text) => (isDirection(text) ? `a=${line.direction}` : text)),
    `a=msid:${msid}`,
    ...(line.hasSent ? sourceLines(line.section, cname, msid) : []),
  ]
}

/** After an ICE restart werift 0.25.2 may still print the former ufrag inside the candidates. */
const candidateLines = (all: readonly string[]): string[] => {
  const ufrag = attribute(all, 'ice-ufrag') ?? ''
  const seen = all
    .filter((line) => line.startsWith('a=candidate:'))
    .map((line) => line.replace(/ ufrag \S+/, ` ufrag ${ufrag}`))
  const udp = [...new Set(seen)]
  return udp.flatMap((line) => [line, besideTcp(line)])
}

/** The real server offers `ssltcp` on the same address and port; a client has to live with a candidate nobody listens on. */
const besideTcp = (udp: string): string =>
  udp.replace(/^a=candidate:(\S+) 1 udp (\d+) /, (_, foundation: string, priority: string) => {
    return `a=candidate:${foundation}1 1 ssltcp ${Math.max(1, Number(priority) - 4_194_304)} `
  })

/**
 * Turns the answers of werift into those of the real server. It remembers every line that was ever offered: an offer that
 * leaves one out, stops it, or changes its mid still gets it, in the order of first appearance, and inside BUNDLE.
 */
export const answerWriter = () => {
  const known: KnownLine[] = []

  const remember = (offered: OfferLine, section: readonly string[]): void => {
    const direction = answerTo[offered.direction]
    // a simulcast line sends per rid, and it was offered none to receive
    const sends = direction === 'sendonly' || (direction === 'sendrecv' && !offered.simulcast)
    const former = known.find((line) => isSame(line, offered))
    if (former) {
      former.direction = direction
      former.hasSent ||= sends
      former.section = section
    } else {
      const { kind, mid } = offered
      const msid = `${randomUUID()} ${randomUUID()}`
      known.push({ kind, mid, msid, cname: randomUUID(), direction, hasSent: sends, section })
    }
  }

  return {
    /** False when a line stands elsewhere than before, which the real server refuses. */
    keepsOrder: (offered: readonly OfferLine[]): boolean =>
      offered.every((line, index) => {
        const before = known.findIndex((other) => isSame(other, line))
        return before === -1 || before === index
      }),

    /** `weriftAnswer` has one section for each offered line. */
    write: (weriftAnswer: string, offered: readonly OfferLine[]): string => {
      const [session = [], ...sections] = splitSections(weriftAnswer)
      const candidates = candidateLines(sections.flat())
      for (const [index, line] of offered.entries()) remember(line, sections[index] ?? [])

      const positions = { audio: 0, video: 0, application: 0 }
      const written = known.map((line, index) => {
        const text = write(line, positions[line.kind])
        if (line.direction === 'sendonly') positions[line.kind]++
        return index === 0 ? [...text, ...candidates] : text
      })
      const mids = written.map((lines) => attribute(lines, 'mid'))
      const header = session.filter((line) => !line.startsWith('a=group:BUNDLE'))
      return joinSections([[...header, `a=group:BUNDLE ${mids.join(' ')}`], ...written])
    },
  }
}
