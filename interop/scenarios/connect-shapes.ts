import { describeLines, describeSdp } from '../describe-sdp.js'
import { RawPeer, type JoinOptions } from '../raw-client.js'
import type { Json, Scenario } from '../scenario.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

const usual = { senders: [audio, video], receivers: { audio: 1, video: 2 } }

/** What is answered to an offer that only the server is shown; the client could not go on with most of these. */
const answering =
  (editSent: (sdp: string) => string, options: Omit<JoinOptions, 'peer'> = usual): Scenario['run'] =>
  async (target, run) => {
    const peer = new RawPeer(target, run.room, 'a')
    run.defer(() => peer.leave())
    for (const line of options.senders ?? []) peer.addSender(line)
    for (let n = 0; n < (options.receivers?.audio ?? 0); n++) peer.addReceiver('audio')
    for (let n = 0; n < (options.receivers?.video ?? 0); n++) peer.addReceiver('video')
    options.prepare?.(peer)
    // the answer is kept before it is applied, which may well fail
    await peer.connect({ ...options, peer: 'a', editSent, open: false }).catch((error: unknown) => {
      if (!peer.answer) throw error
    })
    return describeSdp(peer.answer)
  }

const sections = (sdp: string) => sdp.split(/^(?=m=)/m)

/** Edits one section, counted from the first m-line. */
const section = (index: number, edit: (text: string) => string) => (sdp: string) =>
  sections(sdp)
    .map((text, n) => (n === index + 1 ? edit(text) : text))
    .join('')

/** Keeps the codecs whose `rtpmap` matches, with their RTX, as an application with preferences would. */
const onlyCodecs =
  (wanted: RegExp, withRtx = true) =>
  (text: string) => {
    if (!/^m=(audio|video)/.test(text)) return text

    const kept = new Set(
      [...text.matchAll(/^a=rtpmap:(\d+) (.*)$/gm)]
        .filter(([, , name = '']) => wanted.test(name))
        .map(([, type]) => type),
    )
    for (const [, type, apt] of text.matchAll(/^a=fmtp:(\d+) apt=(\d+)/gm)) if (withRtx && kept.has(apt)) kept.add(type)
    return text
      .replace(/^(m=\S+ \d+ \S+) .*(?=\r)/m, `$1 ${[...kept].join(' ')}`)
      .replaceAll(/^a=(rtpmap|fmtp|rtcp-fb):(\d+) .*\r\n/gm, (line, _name, type: string) =>
        kept.has(type) ? line : '',
      )
  }

/** The offer of a browser that encodes H264; libwebrtc in Node does not. */
const asH264 = (text: string) => {
  const profiles = ['42001f', '42e01f', '4d001f', '64001f', '640c1f', '58a01f', 'f4001f']
  const codecs = profiles.flatMap((id, n) => ['1', '0'].map((mode, m) => ({ type: `${50 + 2 * n + m}`, mode, id })))
  const lines = codecs.flatMap(({ type, mode, id }) => [
    `a=rtpmap:${type} H264/90000`,
    `a=rtcp-fb:${type} nack pli`,
    `a=fmtp:${type} level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${id}`,
  ])
  return `${onlyCodecs(/H264/)(text).replace(/^(m=.*) (?=\r)/m, `$1 ${codecs.map(({ type }) => type).join(' ')}`)}${lines.join('\r\n')}\r\n`
}

const renumberCodec = (from: string, to: string) => (text: string) =>
  text
    .replace(/^(m=.*)$/m, (line) => line.replace(new RegExp(` ${from}(?= |\r|$)`), ` ${to}`))
    .replaceAll(new RegExp(`^(a=(?:rtpmap|fmtp|rtcp-fb)):${from} `, 'gm'), `$1:${to} `)
    .replaceAll(`apt=${from}\r`, `apt=${to}\r`)

const swapExtensions = (text: string) =>
  text.replaceAll(/^a=extmap:(\d+)/gm, (_, id: string) => `a=extmap:${15 - Number(id)}`)

const renumberExtension = (from: string, to: string) => (text: string) =>
  text.replace(new RegExp(`^a=extmap:${from} `, 'm'), `a=extmap:${to} `)

const swapTwoExtensions = (text: string) =>
  renumberExtension('99', '3')(renumberExtension('3', '2')(renumberExtension('2', '99')(text)))

const reverseExtensions = (text: string) => {
  const lines = [...text.matchAll(/^a=extmap:.*\r\n/gm)].map(([line]) => line)
  return text.replaceAll(/^a=extmap:.*\r\n/gm, () => lines.pop() ?? '')
}

const flatten = (sdp: string) => {
  const [head = '', ...rest] = sections(sdp)
  const shared = /^a=(ice-ufrag|ice-pwd|fingerprint|setup|ice-options):.*\r\n/gm
  const lines = [...(rest[0] ?? '').matchAll(shared)].map(([line]) => line)
  return head + lines.join('') + rest.map((text) => text.replaceAll(shared, '')).join('')
}

const bundleOnly = (sdp: string) =>
  sections(sdp)
    .map((text, n) => (n < 2 ? text : `${text.replace(/^(m=\S+) \d+/, '$1 0')}a=bundle-only\r\n`))
    .join('')

const videoOnly = { receivers: { video: 2 } }

const shapes: Record<string, Scenario['run']> = {
  'credentials at session level': answering(flatten),
  'bundle-only lines': answering(bundleOnly),
  'a stopped line': answering(section(2, (text) => text.replace(/^(m=\S+) \d+/, '$1 0'))),
  'header extensions of other numbers on the second line': answering(section(1, swapExtensions), videoOnly),
  'header extensions of other numbers on a second sender line': answering(section(1, swapExtensions), {
    senders: [video, { ...video, name: 'second' }],
  }),
  'one header extension of another number': answering(section(1, renumberExtension('4', '9')), videoOnly),
  'one header extension of a free number': answering(section(1, renumberExtension('3', '1')), videoOnly),
  'one header extension of a free number, first elsewhere': answering(
    section(0, renumberExtension('3', '1')),
    videoOnly,
  ),
  'two header extensions that changed places': answering(section(1, swapTwoExtensions), videoOnly),
  'one header extension of a number that is taken': answering(section(1, renumberExtension('4', '3')), videoOnly),
  'header extensions in another order': answering(section(1, reverseExtensions), videoOnly),
  'header extensions only on the second line': answering(
    section(0, (text) => text.replaceAll(/^a=extmap:.*\r\n/gm, '')),
    videoOnly,
  ),
  'an unknown header extension': answering(
    section(0, (text) => text.replace(/^a=extmap:/m, 'a=extmap:12 urn:example:unknown\r\na=extmap:')),
    videoOnly,
  ),
  'header extensions with a direction': answering(
    section(0, (text) => text.replaceAll(/^(a=extmap:\d+) /gm, '$1/recvonly ')),
    videoOnly,
  ),
  'no header extensions': answering((sdp) => sdp.replaceAll(/^a=extmap:.*\r\n/gm, ''), videoOnly),
  'a codec of another number on the second line': answering(section(1, renumberCodec('96', '95')), videoOnly),
  'no RTX': answering(
    (sdp) =>
      sections(sdp)
        .map(onlyCodecs(/VP8|VP9/, false))
        .join(''),
    videoOnly,
  ),
  'no feedback': answering((sdp) => sdp.replaceAll(/^a=rtcp-fb:.*\r\n/gm, ''), videoOnly),
  'only VP9': answering(section(0, onlyCodecs(/VP9|rtx/)), videoOnly),
  'only H264': answering(section(0, asH264), { receivers: { video: 1 } }),
  'only AV1': answering(section(0, onlyCodecs(/AV1/)), videoOnly),
  'only PCMU': answering(section(0, onlyCodecs(/PCMU/)), { receivers: { audio: 1 } }),
  'VP8 on one line, all on the next': answering(section(0, onlyCodecs(/VP8/)), videoOnly),
  'no rtcp-mux': answering((sdp) => sdp.replaceAll(/^a=rtcp-mux\r\n/gm, '')),
  'no msid on sender lines': answering((sdp) => sdp.replaceAll(/^a=(msid|ssrc|ssrc-group):.*\r\n/gm, '')),
  'ICE-lite': answering((sdp) => sdp.replace(/^(t=0 0\r\n)/m, '$1a=ice-lite\r\n')),
  'candidates and their end': answering(
    section(0, (text) => `${text}a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n`),
  ),
  'simulcast of three layers': answering((sdp) => sdp, {
    senders: [
      { ...video, size: { width: 640, height: 360 }, sendEncodings: [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }] },
    ],
  }),
  'BUNDLE of one line only': answering((sdp) => sdp.replace(/^(a=group:BUNDLE \S+).*$/m, '$1')),
}

const without = (pattern: RegExp): Scenario['run'] => answering((sdp) => sdp.replaceAll(pattern, ''))

const others: Record<string, Scenario['run']> = {
  'no channel': answering((sdp) => {
    const [head = '', ...rest] = sections(sdp)
    return head.replace(/^(a=group:BUNDLE .*) \S+(?=\r)/m, '$1') + rest.slice(0, -1).join('')
  }),
  'no ice-options': without(/^a=ice-options:.*\r\n/gm),
  'no max-message-size': without(/^a=max-message-size:.*\r\n/gm),
  'two channels before the offer': async (target, run) => {
    const peer = await RawPeer.join(target, run, {
      peer: 'a',
      prepare: (raw) => void raw.pc.createDataChannel('second'),
      // the second is opened last, and answers go there
      open: false,
    })
    await peer.until(() => peer.channel.readyState === 'open')
    return { lines: describeLines(peer.answer), state: peer.channel.readyState as Json }
  },
}

export const connectShapeScenarios: readonly Scenario[] = Object.entries({ ...shapes, ...others }).map(
  ([name, run]) => ({
    name: `connect/offer: ${name}`,
    run,
  }),
)
