import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { RawPeer, senderInfo, unanswered, type JoinOptions } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

export const join = (target: Target, run: Run, body: JoinOptions['body'] = {}) =>
  RawPeer.join(target, run, { peer: 'a', senders: [audio, video], receivers: { audio: 1, video: 1 }, body })

export const asking =
  (
    requests: readonly (readonly [method: string, data?: unknown])[],
    body: Record<string, unknown> = {},
  ): Scenario['run'] =>
  async (target, run) => {
    const peer = await join(target, run, body)
    // A Manual session is not told of its own streams.
    if (body.sub_scope !== 'Manual') await peer.until(() => peer.saw('stream_added', 'video_main'))
    const answers: Record<string, Json> = {}
    for (const [method, data] of requests)
      answers[`${method} ${JSON.stringify(data) ?? ''}`] = await peer.ask(method, data)
    return answers
  }

/** Frames as they are, each on its own: what came back for it. */
export const sending =
  (frames: Record<string, string | Uint8Array>): Scenario['run'] =>
  async (target, run) => {
    const peer = await join(target, run)
    const answers: Record<string, Json> = {}
    for (const [name, frame] of Object.entries(frames)) {
      const came = await peer.answersTo(frame)
      answers[name] = came.length === 0 ? unanswered : (came as unknown as Json)
    }
    return answers
  }

const remote = { peer: 'x', stream: 's' }
const limit = { priority: 1, max_spatial: 2, max_temporal: 2 }
const request = (req_id: unknown, extra: Record<string, unknown> = {}) =>
  JSON.stringify({ type: 'request', req_id, request: 'room.subscribe', data: { peer: 'x' }, ...extra })
const without = (member: string) => {
  const { [member]: _, ...rest } = JSON.parse(request(900_001)) as Record<string, unknown>
  return JSON.stringify(rest)
}
const bytes = (text: string) => new TextEncoder().encode(text)

const mixMinus = [
  ['mix_minus.add', { id: 'default', remote }],
  ['mix_minus.remove', { id: 'default', remote }],
  ['mix_minus.add', { id: 'other', remote }],
  ['mix_minus.toggle', { id: 'default', enable: true }],
  ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: '', stream: 'mix_minus_default_2' } }],
  ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: '', stream: 'mix_minus_default_3' } }],
] as const

const rooms = [
  ['room.subscribe', { peer: 'x' }],
  ['room.unsubscribe', { peer: 'x' }],
  ['room.unsubscribe', { peer: 'never-subscribed' }],
  ['room.subscribe', {}],
  ['room.subscribe'],
] as const

const scenarios: Record<string, Scenario['run']> = {
  'sender.toggle': asking([
    ['sender.toggle', { name: 'video_main', kind: 'video', track: null }],
    ['sender.toggle', { name: 'video_main', kind: 'video', track: 'track' }],
    ['sender.toggle', { name: 'video_main', kind: 'video' }],
    ['sender.toggle', { name: 'audio_main', kind: 'audio', track: 'track', label: 'label' }],
    ['sender.toggle', { name: 'audio_main', kind: 'data', track: 'track' }],
    ['sender.toggle', { name: 'audio_main' }],
    ['sender.toggle', { kind: 'audio', track: 'track' }],
    ['sender.toggle', { name: 'nobody', kind: 'audio', track: 'track' }],
    ['sender.toggle'],
  ]),
  'receiver.switch': asking([
    ['receiver.switch', { id: 'video_0', priority: 1, remote }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote }],
    ['receiver.switch', { id: 'video_0', priority: 65_535, remote: { peer: 'a', stream: 'audio_main' } }],
    ['receiver.switch', { id: 'video_0', priority: 65_536, remote }],
    ['receiver.switch', { id: 'video_0', priority: -1, remote }],
    ['receiver.switch', { id: 'video_0', remote }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'x' } }],
    ['receiver.switch', { id: 'video_0', priority: 1 }],
    ['receiver.switch', { id: 'video_7', priority: 1, remote }],
    ['receiver.switch', { id: 'nonsense', priority: 1, remote }],
  ]),
  'receiver.limit': asking([
    ['receiver.limit', { id: 'video_0', limit }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, min_spatial: 0, min_temporal: 0 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: 3 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: 256 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: -1 } }],
    ['receiver.limit', { id: 'video_0', ...limit }],
    ['receiver.limit', { id: 'video_0', limit: { priority: 1, max_spatial: 2 } }],
    ['receiver.limit', { id: 'audio_0', limit }],
    ['receiver.limit', { id: 'video_7', limit }],
  ]),
  'receiver.disconnect': asking([
    ['receiver.disconnect', { id: 'video_0' }],
    ['receiver.disconnect', { id: 'video_0' }],
    ['receiver.disconnect', { id: 'audio_0' }],
    ['receiver.disconnect', { id: 'video_7' }],
    ['receiver.disconnect', {}],
  ]),
  'mix_minus in mode Disabled': asking(mixMinus),
  'mix_minus in mode ManualAudioStreams': asking(mixMinus, { mix_minus_audio: 'ManualAudioStreams' }),
  'mix_minus in mode AllAudioStreams': asking(mixMinus, { mix_minus_audio: 'AllAudioStreams' }),
  'room.subscribe in scope Full': asking(rooms),
  'room.subscribe in scope stream_only': asking(rooms, { sub_scope: 'stream_only' }),
  'room.subscribe in scope Manual': asking(rooms, { sub_scope: 'Manual' }),
  'peer.updateSdp that cannot be read': asking([
    ['peer.updateSdp', { sdp: 'nonsense', senders: [], receivers: { audio: 1, video: 1 } }],
    ['peer.updateSdp', { sdp: '', senders: [], receivers: { audio: 1, video: 1 } }],
    ['peer.updateSdp', { senders: [], receivers: { audio: 1, video: 1 } }],
    ['peer.updateSdp'],
  ]),
  'peer.updateSdp with shapes': async (target, run) => {
    const peer = await join(target, run)
    const offer = await peer.pc.createOffer()
    const body = { sdp: offer.sdp, senders: [], receivers: { audio: 1, video: 1 } }
    const { label: _, ...unlabelled } = senderInfo(audio)
    const { name: __, ...unnamed } = senderInfo(audio)
    const changes: Record<string, Record<string, unknown>> = {
      whole: {},
      'a known sender': { senders: [senderInfo(audio)] },
      'a sender without label': { senders: [unlabelled] },
      'a sender without name': { senders: [unnamed] },
      'no senders': { senders: undefined },
      'no receivers': { receivers: undefined },
      '300 receivers': { receivers: { audio: 300, video: 0 } },
      'extra member': { extra: true },
    }
    const answers: Record<string, Json> = {}
    for (const [name, change] of Object.entries(changes)) {
      const answer = await peer.ask('peer.updateSdp', { ...body, ...change })
      answers[name] = JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
        key === 'sdp' ? '<sdp>' : value,
      ) as Json
    }
    return answers
  },
  'methods that do not exist': asking([
    ['peer.ping'],
    ['peer.ping', {}],
    ['nonsense', {}],
    ['', {}],
    ['peer.updatesdp', {}],
  ]),
  ids: sending({
    zero: request(0),
    large: request(2 ** 53 - 1),
    'larger than u32': request(2 ** 40),
    negative: request(-1),
    fraction: request(1.5),
    string: request('7'),
    null: request(null),
    'used before': request(0),
  }),
  members: sending({
    'no type': without('type'),
    'no req_id': without('req_id'),
    'no request': without('request'),
    'no data': without('data'),
    'extra member': request(900_002, { extra: 1 }),
    'type event': request(900_003, { type: 'event' }),
    'type answer': JSON.stringify({ type: 'answer', req_id: 900_004, success: true, data: true }),
    'null data': request(900_005, { data: null }),
  }),
  frames: sending({
    text: request(900_001),
    'text with spaces and line ends': JSON.stringify(JSON.parse(request(900_002)), null, 2),
    zlib: deflateSync(request(900_003)),
    'zlib of 200 KB': deflateSync(request(900_004, { padding: 'x'.repeat(200_000) })),
    'text of 200 KB': request(900_005, { padding: 'x'.repeat(200_000) }),
    'raw deflate': deflateRawSync(request(900_006)),
    gzip: gzipSync(request(900_007)),
    'binary without compression': bytes(request(900_008)),
    'zlib of no JSON': deflateSync('nonsense'),
    'text that is no JSON': 'nonsense',
    'an array': `[${request(900_009)}]`,
    'empty object': '{}',
    'the empty text': '',
  }),
  '200 pipelined requests are answered in order': async (target, run) => {
    const peer = await join(target, run)
    const ids = Array.from({ length: 200 }, (_, n) => 500_000 - n)
    const answers = await peer.answersTo(...ids.map((id) => request(id)))
    const inOrder = answers.every((answer, n) => answer.req_id === ids[n])
    return { answered: answers.length, inOrder }
  },
  'a request for a line that comes later is parked': async (target, run) => {
    const peer = await join(target, run)
    const parked = JSON.stringify({
      type: 'request',
      req_id: 900_001,
      request: 'receiver.switch',
      data: { id: 'video_1', priority: 1, remote },
    })
    const before = (await peer.answersTo(parked)).length
    peer.addReceiver('video')
    await peer.renegotiate()
    await peer.until(() => peer.answers.some(({ req_id }) => req_id === 900_001), 2000)
    const after = peer.answers.find(({ req_id }) => req_id === 900_001)
    return { before, after: after ? { success: after.success, data: after.data } : unanswered }
  },
  'the server sends nothing of its own but events of peers and streams': async (target, run) => {
    const peer = await join(target, run)
    await peer.until(() => peer.saw('stream_added', 'video_main') && peer.saw('stream_added', 'audio_main'))
    // Statistics and levels would come once a second.
    await peer.until(() => false, 1500)
    await peer.ping()
    return { kinds: [...new Set(peer.events.map(({ event }) => event))].sort() }
  },
}

export const rpcScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `rpc/${name}`,
  run,
}))
