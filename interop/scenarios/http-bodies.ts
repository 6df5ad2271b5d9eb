import { describeHttp } from '../describe-http.js'
import { browserHeaders, postJson } from '../http.js'
import type { Run, Scenario, Target } from '../scenario.js'
import { wideOffer } from './offers.js'
import { connecting, forget, goodBody, set } from './http-support.js'

/** One LZ4 block that copies nothing, behind its size: the least a decompressor has to understand. */
const compressed = (text: string): number[] => {
  const bytes = [...Buffer.from(text)]
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  const lengths: number[] = []
  for (let left = bytes.length - 15; ; left -= 255) {
    lengths.push(Math.min(left, 255))
    if (left < 255) break
  }
  return [...size, 0xf0, ...lengths, ...bytes]
}

const withCompressed = (change: (block: number[]) => unknown, more: object = {}) =>
  connecting((body) => ({ ...body, sdp: undefined, compressed_sdp: change(compressed(body.sdp as string)), ...more }))

const sdp = (edit: (sdp: string) => string) => connecting((body) => ({ ...body, sdp: edit(body.sdp as string) }))
const without = (pattern: RegExp) => sdp((text) => text.replace(pattern, ''))

const sender = { kind: 'audio', name: 'a1', uuid: 'u1', label: 'l1' }

const bodies: Record<string, Scenario['run']> = {
  'compressed sdp': withCompressed((block) => block),
  'compressed sdp beside a good one': withCompressed((block) => block, { sdp: 'nonsense' }),
  'compressed sdp cut short': withCompressed((block) => block.slice(0, -10)),
  'compressed sdp of nothing': withCompressed(() => []),
  'compressed sdp of no sdp': withCompressed(() => compressed('this is no session description')),
  'compressed sdp with a number above 255': withCompressed(() => [300]),
  'compressed sdp as text': withCompressed(() => 'text'),
  'room is null': set({ room: null }),
  'room is a number': set({ room: 7 }),
  'room is an object': set({ room: {} }),
  'token is a number': set({ token: 7 }),
  'senders is null': set({ senders: null }),
  'senders is an object': set({ senders: {} }),
  'a sender that is null': set({ senders: [null] }),
  'a sender whose screen is text': set({ senders: [{ ...sender, screen: 'yes' }] }),
  'a sender whose screen is null': set({ senders: [{ ...sender, screen: null }] }),
  'a sender whose name is a number': set({ senders: [{ ...sender, name: 7 }] }),
  'two senders of one name': set({ senders: [sender, sender] }),
  'more senders than lines': set({ senders: [sender, { ...sender, name: 'a2', uuid: 'u2' }] }),
  'receivers is null': set({ receivers: null }),
  'negative receivers': set({ receivers: { audio: -1, video: 0 } }),
  'receivers as fraction': set({ receivers: { audio: 0.5, video: 0 } }),
  'receivers as text': set({ receivers: { audio: '1', video: 0 } }),
  'codecs is text': set({ codecs: 'VP8' }),
  'codecs in the wrong case': set({ codecs: ['vp8'] }),
  'no codecs at all': set({ codecs: [] }),
  'mix_minus_audio AllAudioStreams': set({ mix_minus_audio: 'AllAudioStreams' }),
  'mix_minus_audio Disabled': set({ mix_minus_audio: 'Disabled' }),
  'sub_scope Full': set({ sub_scope: 'Full' }),
  'sub_scope Manual': set({ sub_scope: 'Manual' }),
  'sub_scope StreamOnly': set({ sub_scope: 'StreamOnly' }),
  'pub_scope Full': set({ pub_scope: 'Full' }),
  'pub_scope stream_only': set({ pub_scope: 'stream_only' }),
  'remote_bitrate_control_mode DynamicWithConsumers': set({ remote_bitrate_control_mode: 'DynamicWithConsumers' }),
  'version is a number': set({ version: 1 }),
  'version is a list': set({ version: [] }),
  'join_now as text': set({ join_now: 'true' }),
  'join_now as number': set({ join_now: 1 }),
  'sdp without ICE credentials': without(/^a=ice-(ufrag|pwd):.*\r\n/gm),
  'sdp without fingerprint': without(/^a=fingerprint:.*\r\n/gm),
  'sdp without BUNDLE': without(/^a=group:BUNDLE.*\r\n/gm),
  'sdp without mids': without(/^a=mid:.*\r\n/gm),
  'sdp without a direction': without(/^a=recvonly\r\n/gm),
  'sdp with two directions': sdp((text) => text.replace('a=recvonly', 'a=recvonly\r\na=sendonly')),
  'sdp without setup': without(/^a=setup:.*\r\n/gm),
  'sdp that says setup active': sdp((text) => text.replaceAll('a=setup:actpass', 'a=setup:active')),
  'sdp without a version line': without(/^v=0\r\n/m),
  'sdp with bare line feeds': sdp((text) => text.replaceAll('\r\n', '\n')),
  'sdp without its last line end': sdp((text) => text.trimEnd()),
  'sdp with a line that is none': sdp((text) => `${text}nonsense\r\n`),
  'sdp with an unknown attribute': sdp((text) => `${text}a=unknown:1\r\n`),
  'sdp with a line of another kind': sdp((text) => `${text}m=text 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:9\r\na=sendonly\r\n`),
}

const raw =
  (write: (body: Record<string, unknown>) => string | Buffer, headers: Record<string, string> = browserHeaders) =>
  async (target: Target, run: Run) => {
    const body = write(await goodBody(target, run.room))
    const answer = await target.lab.http(`${target.url}/webrtc/connect`, { method: 'POST', headers, body })
    forget(target, run, answer)
    return describeHttp(answer)
  }
const typed = (type: string) => raw((body) => JSON.stringify(body), { ...browserHeaders, 'content-type': type })

const frames: Record<string, Scenario['run']> = {
  'body is null': raw(() => 'null'),
  'body is text': raw(() => '"text"'),
  'body with something behind it': raw((body) => `${JSON.stringify(body)} x`),
  'body with a comma too many': raw((body) => JSON.stringify(body).replace(/\}$/, ',}')),
  'body with a member twice': raw((body) => JSON.stringify(body).replace(/^\{/, '{"peer":"b",')),
  'body with spaces around it': raw((body) => `\n\t ${JSON.stringify(body, null, 2)} \r\n`),
  'body with a byte order mark': raw((body) => `\u{feff}${JSON.stringify(body)}`),
  'body that is no UTF-8': raw(() => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  'receivers as 1.0': raw((body) => JSON.stringify(body).replace('"audio":1,', '"audio":1.0,')),
  'version as 1.50': raw((body) => JSON.stringify({ ...body, version: 15 }).replace('"version":15', '"version":1.50')),
  'receivers as 1e0': raw((body) => JSON.stringify(body).replace('"audio":1,', '"audio":1e0,')),
  'content type in capitals': typed('APPLICATION/JSON'),
  'content type with +json': typed('application/vnd.api+json'),
  'content type text/json': typed('text/json'),
  'content type that is none': typed('nonsense'),
  'content type that is empty': typed(''),
  'an offer of half a megabyte': async (target, run) => {
    const body = {
      ...(await goodBody(target, run.room)),
      sdp: await wideOffer(target, 120),
      receivers: { audio: 0, video: 120 },
    }
    const answer = await postJson(target, `${target.url}/webrtc/connect`, body)
    forget(target, run, answer)
    const lines = answer.body.match(/m=video 9 /g) ?? []
    return { status: answer.status, isLarge: body.sdp.length > 500_000, lines: lines.length }
  },
}

const agent = { 'user-agent': 'interop' }
const plain = (path: string, method: string) => async (target: Target) =>
  describeHttp(await target.lab.http(`${target.url}${path}`, { method, headers: agent }))

const routes: Record<string, Scenario['run']> = {
  'routes: /health/ with a slash': plain('/health/', 'GET'),
  'routes: //health': plain('//health', 'GET'),
  'routes: health with a query': plain('/health?x=1', 'GET'),
  'routes: health by HEAD': plain('/health', 'HEAD'),
  'routes: health by DELETE': plain('/health', 'DELETE'),
  'routes: connect with a slash': plain('/webrtc/connect/', 'POST'),
  'routes: /webrtc': plain('/webrtc', 'GET'),
  'routes: OPTIONS without an origin': plain('/webrtc/connect', 'OPTIONS'),
  'routes: OPTIONS of an absent route': plain('/absent', 'OPTIONS'),
  'routes: the token service is another one': async (target) =>
    describeHttp(await postJson(target, `${target.url}/token/webrtc_session?app_secret=insecure`, { room: 'r' })),
}

export const httpBodyScenarios: readonly Scenario[] = Object.entries({
  ...Object.fromEntries(Object.entries({ ...bodies, ...frames }).map(([name, run]) => [`connect: ${name}`, run])),
  ...routes,
}).map(([name, run]) => ({ name: `http/${name}`, run }))
