import type { Json } from '../scenario.js'

/**
 * Replaces what is random or secret by a placeholder of the right shape: the same value by the same placeholder within a
 * file, so that a reader still sees which ones are equal.
 */
export const placeholders = () => {
  const names = new Map<string, string>()
  const counts: Record<string, number> = {}
  const name = (kind: string, value: string, shape: (n: number) => string) => {
    const key = `${kind} ${value}`
    const given = names.get(key)
    if (given) return given
    const made = shape((counts[kind] = (counts[kind] ?? 0) + 1))
    names.set(key, made)
    return made
  }
  const pad = (text: string, length: number) => text.padEnd(length, 'x').slice(0, length)

  const sdp = (text: string) =>
    text
      .replace(
        /(a=ice-ufrag:| ufrag )(\S+)/g,
        (_, head: string, value: string) => head + name('ufrag', value, (n) => pad(`uf${n}`, value.length)),
      )
      .replace(
        /(a=ice-pwd:)(\S+)/g,
        (_, head: string, value: string) => head + name('pwd', value, (n) => pad(`pwd${n}`, value.length)),
      )
      .replace(
        /(a=fingerprint:\S+ )(\S+)/g,
        (_, head: string, value: string) =>
          head +
          name('fingerprint', value, (n) =>
            Array.from({ length: 32 }, () => n.toString(16).padStart(2, '0')).join(':'),
          ),
      )
      .replace(
        /^(o=\S+ )(\d+)/gm,
        (_, head: string, value: string) => head + name('origin', value, (n) => `${n}`.padEnd(19, '0')),
      )
      .replace(
        /(a=candidate:)(\S+)( \d+ \S+ \d+ \S+ )(\d+)/g,
        (_, head: string, foundation: string, middle: string, port: string) =>
          head +
          name('foundation', foundation, (n) => `${n}`.padEnd(foundation.length, '0')) +
          middle +
          name('port', port, (n) => `${40_000 + n}`),
      )
      .replace(
        /((?:^m=\w+| rport) )(\d{3,})/gm,
        (_, head: string, value: string) => head + name('port', value, (n) => `${40_000 + n}`),
      )
      .replace(
        /(a=ssrc:)(\d+)/g,
        (_, head: string, value: string) => head + name('ssrc', value, (n) => `${1_000_000_000 + n}`),
      )
      .replace(
        /(a=ssrc-group:\S+ )(.*)/g,
        (_, head: string, values: string) =>
          head +
          values
            .trim()
            .split(' ')
            .map((value) => name('ssrc', value, (n) => `${1_000_000_000 + n}`))
            .join(' '),
      )
      .replace(/(?<=a=(?:msid:|msid-semantic: ?WMS |ssrc:\d+ msid:|ssrc:\d+ cname:))(.+)/g, (values: string) =>
        values.replace(/\S+/g, stream),
      )

  // Names that the server makes from an ordinal mean something; a lone hyphen is libwebrtc's "no stream".
  const stream = (value: string) =>
    /^(-|\*|(audio|video)_\d+)$/.test(value) ? value : name('stream', value, (n) => pad(`stream${n}-`, value.length))

  const string = (key: string, value: string): string => {
    if (key === 'sdp' && value.includes('v=0')) return sdp(value)
    if (key === 'conn_id') return name('conn', value, (n) => `<conn_id ${n}>`)
    if (/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return '<token>'
    return value
  }

  const json = (value: unknown, key = ''): Json => {
    if (typeof value === 'string') return string(key, value)
    if (key === 'peer_hash') return name('hash', String(value), (n) => `<u32 ${n}>`)
    if (Array.isArray(value)) return value.map((one) => json(one))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, json(one, member)]))
    return (value ?? null) as Json
  }

  return { json: (value: unknown) => json(value) }
}

/** An SDP as an array of lines reads better in a file, and a change in it shows as a changed line. */
export const withLines = (value: Json): Json => {
  if (Array.isArray(value)) return value.map((one: Json) => withLines(one))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        key === 'sdp' && typeof one === 'string' && one.includes('\r\n')
          ? one.replace(/\r\n$/, '').split('\r\n')
          : withLines(one as Json),
      ]),
    )
  return value
}
