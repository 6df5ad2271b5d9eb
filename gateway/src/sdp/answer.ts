import { attribute, joinSections, splitSections } from './offer.js'

/** What the gateway knows of a line beyond werift: the msid that a sender line shows, or that it is a receiver line. */
export type AnswerRole = { readonly is: 'sender'; readonly msid: string } | { readonly is: 'receiver' }

/**
 * Candidates go into the first section only. `a=ice-lite` is left out: libwebrtc would then nominate with its second check
 * only, which costs 50 ms, and the real server is no ICE-lite agent.
 */
const isTransportNoise = (line: string): boolean =>
  line.startsWith('a=candidate:') || line === 'a=end-of-candidates' || line === 'a=ice-lite'

const isSourceLine = (line: string): boolean =>
  line.startsWith('a=msid:') || line.startsWith('a=ssrc:') || line.startsWith('a=ssrc-group:')

const isMedia = (lines: readonly string[]): boolean => !lines[0]?.startsWith('m=application')

/** A sender line is answered with a stream of its own although nothing is ever sent on it. */
const senderSection = (lines: readonly string[], msid: string): string[] => [
  ...lines.filter((line) => !isSourceLine(line)),
  `a=msid:${msid}`,
]

const receiverSection = (lines: readonly string[], msid: string): string[] => {
  const ssrcs = lines.filter((line) => line.startsWith('a=ssrc:') && line.includes(' cname:'))
  return [
    ...lines.filter((line) => !isSourceLine(line)),
    `a=msid:${msid}`,
    ...lines.filter((line) => line.startsWith('a=ssrc-group:')),
    ...ssrcs.flatMap((line) => [line, `${line.slice(0, line.indexOf(' '))} msid:${msid}`]),
  ]
}

const inactiveSection = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => !isSourceLine(line))
    .map((line) => (/^a=(sendrecv|sendonly|recvonly)$/.test(line) ? 'a=inactive' : line))

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
 * Turns the answers of werift into those of the real server. It remembers every line it ever answered: an offer that leaves
 * one out, stops it, or changes its mid still gets it, in the order of first appearance, and inside BUNDLE.
 */
export const answerWriter = () => {
  const remembered = new Map<string, readonly string[]>()

  return (weriftAnswer: string, roleOf: (mid: string) => AnswerRole | undefined): string => {
    const [session = [], ...sections] = splitSections(weriftAnswer)
    const candidates = candidateLines(sections.flat())
    let position = { audio: 0, video: 0 }

    for (const [index, section] of sections.entries()) {
      const mid = attribute(section, 'mid') ?? String(index)
      const former = remembered.get(mid)
      const isRefused = section[0]?.includes(' 0 ') ?? false
      remembered.set(mid, isRefused && former ? inactiveSection(former) : section)
    }

    const written = [...remembered].map(([mid, section], index) => {
      const bare = section.filter((line) => !isTransportNoise(line))
      const role = isMedia(section) ? roleOf(mid) : undefined
      const kind = section[0]?.startsWith('m=audio') ? 'audio' : 'video'
      // a line that died and is offered again goes by its direction, but carries no stream
      let lines: string[] = bare.filter((line) => !isSourceLine(line))
      if (section.includes('a=inactive')) lines = inactiveSection(bare)
      else if (role?.is === 'sender') lines = senderSection(bare, role.msid)
      else if (role?.is === 'receiver') {
        // the name counts the lines that send now, not the receivers that were ever made
        const name = `${kind}_${position[kind]}`
        position = { ...position, [kind]: position[kind] + 1 }
        lines = receiverSection(bare, `${name} ${name}`)
      }
      return index === 0 ? [...lines, ...candidates] : lines
    })

    const mids = written.filter((lines) => !lines[0]?.includes(' 0 ')).map((lines) => attribute(lines, 'mid'))
    const header = session.filter((line) => !line.startsWith('a=group:BUNDLE'))
    return joinSections([[...header, `a=group:BUNDLE ${mids.join(' ')}`], ...written])
  }
}
