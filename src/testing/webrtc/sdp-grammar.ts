const FIXED = ['v=', 'o=', 's=']

const FINGERPRINT = /^a=fingerprint:(sha-1|sha-224|sha-256|sha-384|sha-512|md5|md2) [0-9A-F]{2}(:[0-9A-F]{2})+$/i

/** The rules that one line has to keep: what a stack stumbles over instead of ignoring it. */
const LINES: readonly [string, (line: string) => boolean][] = [
  ['a line is a letter, = and a value', (line) => /^[a-z]=/.test(line)],
  ['an m-line', (line) => !line.startsWith('m=') || /^m=\S+ \d{1,5}(\/\d+)? [\w/]+( \S+)+$/.test(line)],
  ['a fingerprint', (line) => !line.startsWith('a=fingerprint:') || FINGERPRINT.test(line)],
  [
    'a candidate has at least eight fields',
    (line) => !line.startsWith('a=candidate:') || /^a=candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/.test(line),
  ],
  ['an rtpmap', (line) => !line.startsWith('a=rtpmap:') || /^a=rtpmap:\d+ [^\s/]+\/\d+/.test(line)],
]

/** What is wrong with the grammar of a description (RFC 8866 section 9, JSEP 5.8), or `undefined`. */
export const flaw = (sdp: string): string | undefined => {
  const lines = sdp.split('\n').map((line) => line.replace(/\r$/, ''))
  for (const [at, start] of FIXED.entries()) if (!lines[at]?.startsWith(start)) return `expected line: ${start}`
  if (lines.pop() !== '') return 'the last line does not end'
  const before = lines.findIndex((line) => line.startsWith('a=') || line.startsWith('m='))
  if (!lines.slice(0, before < 0 ? undefined : before).some((line) => line.startsWith('t='))) return 'expected line: t='
  for (const line of lines) for (const [rule, keeps] of LINES) if (!keeps(line)) return `${line}: not ${rule}`
  return undefined
}
