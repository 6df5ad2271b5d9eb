/**
 * Firefox offers every bundled line but the first with port 0 and `a=bundle-only` (RFC 8843 7.2.1). werift 0.25.2 takes
 * port 0 for a stopped line and refuses it, so such a line gets the port it would have without max-bundle.
 */
export const acceptBundleOnly = (lines: readonly string[]): string[] =>
  lines.includes('a=bundle-only')
    ? lines
        .filter((line) => line !== 'a=bundle-only')
        .map((line) => (line.startsWith('m=') ? line.replace(/^(m=\S+) 0 /, '$1 9 ') : line))
    : [...lines]
