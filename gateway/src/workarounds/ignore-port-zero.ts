/**
 * A line of port 0 is a stopped one, or one that relies on its bundle (`a=bundle-only`, RFC 8843 7.2.1; Firefox offers all
 * but the first so). werift 0.25.2 refuses both. The real server does not look at the port: the direction alone counts.
 */
export const ignorePortZero = (lines: readonly string[]): string[] =>
  lines.filter((line) => line !== 'a=bundle-only').map((line) => line.replace(/^(m=\S+) 0 /, '$1 9 '))
