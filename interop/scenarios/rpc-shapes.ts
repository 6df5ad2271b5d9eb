import { deflateSync } from 'node:zlib'
import { RawPeer, senderInfo, unanswered } from '../raw-client.js'
import type { Json, Scenario } from '../scenario.js'
import type { WireAnswer } from '../wire.js'
import { asking, join, sending } from './rpc.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const
const remote = { peer: 'x', stream: 's' }
const limit = { priority: 1, max_spatial: 2, max_temporal: 2 }

const methods = [
  'peer.updateSdp',
  'sender.toggle',
  'receiver.switch',
  'receiver.limit',
  'receiver.disconnect',
  'mix_minus.add',
  'mix_minus.remove',
  'mix_minus.toggle',
  'room.subscribe',
  'room.unsubscribe',
]

/** One request with exactly this text at the place of its id. */
const withId = (id: string) => `{"type":"request","req_id":${id},"request":"room.subscribe","data":{"peer":"x"}}`
const withPriority = (id: number, priority: string) =>
  `{"type":"request","req_id":${id},"request":"receiver.switch","data":{"id":"video_0","priority":${priority},"remote":{"peer":"x","stream":"s"}}}`

const parking =
  (requests: readonly (readonly [method: string, data: unknown])[], add: (peer: RawPeer) => unknown): Scenario['run'] =>
  async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    const before = await peer.answersTo(
      ...requests.map(([request, data], n) => JSON.stringify({ type: 'request', req_id: 900_001 + n, request, data })),
    )
    add(peer)
    await peer.renegotiate([...peer.senders.keys()].map((name) => senderInfo({ kind: 'audio', name })))
    const late = () => peer.answers.filter(({ req_id }) => req_id > 900_000)
    await peer.until(() => late().length >= requests.length, 1000)
    await peer.ping()
    return { before: before.length, after: late() as unknown as Json }
  }

const told = (answer: WireAnswer): Json => [answer.req_id, answer.success]

const scenarios: Record<string, Scenario['run']> = {
  'data that is no object': async (target, run) => {
    const peer = await join(target, run)
    const answers: Record<string, Json> = {}
    for (const method of methods)
      for (const data of ['text', 7, [], {}, null])
        answers[`${method} ${JSON.stringify(data)}`] = await peer.ask(method, data)
    return answers
  },
  'sender.toggle with odd members': asking([
    ['sender.toggle', { name: 'video_main', kind: 'audio', track: 'x' }],
    ['sender.toggle', { name: 'video_main', kind: 'video', track: '' }],
    ['sender.toggle', { name: 'video_main', kind: 'video', track: 7 }],
    ['sender.toggle', { name: 'video_main', kind: 'video', track: 'x', label: 7 }],
    ['sender.toggle', { name: 'video_main', kind: 'video', track: 'x', extra: 1 }],
    ['sender.toggle', { name: 7, kind: 'video', track: 'x' }],
    ['sender.toggle', { name: '', kind: 'video', track: 'x' }],
  ]),
  'receiver.switch with odd members': asking([
    ['receiver.switch', { id: 'video_0', priority: 0, remote }],
    ['receiver.switch', { id: 'video_0', priority: 1.5, remote }],
    ['receiver.switch', { id: 'video_0', priority: '1', remote }],
    ['receiver.switch', { id: 'video_0', priority: null, remote }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: null }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: '', stream: '' } }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { ...remote, extra: 1 } }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote, extra: 1 }],
    ['receiver.switch', { id: 0, priority: 1, remote }],
    ['receiver.switch', { priority: 1, remote }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 7, stream: 's' } }],
    ['receiver.switch', { id: 'VIDEO_0', priority: 1, remote }],
    ['receiver.switch', { id: 'video_00', priority: 1, remote }],
  ]),
  'receiver.limit with odd members': asking([
    ['receiver.limit', { id: 'video_0', limit: { ...limit, priority: 65_536 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, priority: 0, max_spatial: 0, max_temporal: 0 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_temporal: 255 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_temporal: 1.5 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, min_spatial: null } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, min_spatial: 3 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, min_spatial: 256 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, min_temporal: '1' } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, extra: 1 } }],
    ['receiver.limit', { id: 'video_0', limit: { max_spatial: 2, max_temporal: 2 } }],
    ['receiver.limit', { id: 'video_0', limit: null }],
    ['receiver.limit', { limit }],
  ]),
  'receiver.limit of 3 on a single layer, which survives it': asking([
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'a', stream: 'video_main' } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: 3, max_temporal: 3 } }],
    ['receiver.limit', { id: 'video_0', limit: { ...limit, max_spatial: 255 } }],
    ['receiver.disconnect', { id: 'video_0' }],
  ]),
  'mix_minus with odd members': asking(
    [
      ['mix_minus.add', { id: 'default' }],
      ['mix_minus.add', { remote }],
      ['mix_minus.add', { id: 'default', remote: { peer: 'x' } }],
      ['mix_minus.add', { id: 'default', remote }],
      ['mix_minus.add', { id: 'default', remote }],
      ['mix_minus.remove', { id: 'default', remote: { peer: 'never', stream: 'added' } }],
      ['mix_minus.toggle', { id: 'default', enable: 'yes' }],
      ['mix_minus.toggle', { id: 'other', enable: false }],
      ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: '', stream: 'mix_minus_default_0' } }],
      ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: '', stream: 'mix_minus_other_0' } }],
      ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: '', stream: 'mix_minus_default_' } }],
      ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: '', stream: 'nonsense' } }],
      ['receiver.switch', { id: 'audio_0', priority: 1, remote: { peer: 'a', stream: 'mix_minus_default_9' } }],
    ],
    { mix_minus_audio: 'ManualAudioStreams' },
  ),
  'mix_minus slots one after the other': asking(
    [0, 1, 2, 3].map(
      (slot) =>
        [
          'receiver.switch',
          { id: 'audio_0', priority: 1, remote: { peer: '', stream: `mix_minus_default_${slot}` } },
        ] as const,
    ),
    { mix_minus_audio: 'AllAudioStreams' },
  ),
  'rooms with odd members': asking(
    [
      ['room.subscribe', { peer: '' }],
      ['room.subscribe', { peer: 7 }],
      ['room.subscribe', { peer: null }],
      ['room.subscribe', { peer: 'a' }],
      ['room.subscribe', { peer: 'x', extra: 1 }],
      ['room.subscribe', { peer: 'x' }],
      ['room.unsubscribe', { peer: 'x' }],
      ['room.unsubscribe', { peer: 'x' }],
      ['room.unsubscribe', { peer: 'a' }],
    ],
    { sub_scope: 'Manual' },
  ),
  'peer.updateSdp with odd members': async (target, run) => {
    const peer = await join(target, run)
    const { sdp } = await peer.pc.createOffer()
    const body = { sdp, senders: [], receivers: { audio: 1, video: 1 } }
    const { uuid: _, ...unidentified } = senderInfo(audio)
    const { kind: __, ...kindless } = senderInfo(audio)
    const changes: Record<string, Record<string, unknown>> = {
      'a sender without uuid': { senders: [unidentified] },
      'a sender without kind': { senders: [kindless] },
      'a sender of unknown kind': { senders: [{ ...senderInfo(audio), kind: 'data' }] },
      'a sender with screen': { senders: [{ ...senderInfo(video), screen: true }] },
      'a sender whose screen is text': { senders: [{ ...senderInfo(video), screen: 'yes' }] },
      'a sender whose name is a number': { senders: [{ ...senderInfo(video), name: 7 }] },
      'senders as object': { senders: {} },
      'senders null': { senders: null },
      'receivers without video': { receivers: { audio: 1 } },
      'negative receivers': { receivers: { audio: -1, video: 0 } },
      'sdp null': { sdp: null },
      'sdp as number': { sdp: 7 },
      'compressed instead': { sdp: undefined, compressed_sdp: [1, 2, 3] },
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
  'numbers as they are written': sending({
    'id 7.0': withId('7.0'),
    'id 7e0': withId('7e0'),
    'id 07': withId('07'),
    'id +7': withId('+7'),
    'id -0': withId('-0'),
    'id of 64 bits': withId('9223372036854775807'),
    'id above 64 bits': withId('18446744073709551616'),
    'id far above': withId('1e30'),
    'priority 1.0': withPriority(900_001, '1.0'),
    'priority 1': withPriority(900_002, '1'),
  }),
  'texts as they are written': sending({
    'a member twice': '{"type":"request","req_id":1,"req_id":2,"request":"room.subscribe","data":{"peer":"x"}}',
    'something behind it': `${withId('3')} x`,
    'two in one frame': `${withId('4')}${withId('5')}`,
    'line ends around it': `\n${withId('6')}\r\n`,
    'a byte order mark': `\u{feff}${withId('7')}`,
    'a comma too many': withId('8').replace(/\}$/, ',}'),
    'a comment': withId('9').replace('{', '{/* */'),
    'an escaped name': withId('10').replace('"req_id"', '"req\\u005fid"'),
    'a lone surrogate': withId('11').replace('"x"', '"\\ud800"'),
    'zlib with something behind it': Buffer.concat([deflateSync(withId('12')), Buffer.from('x')]),
    'zlib cut short': deflateSync(withId('13')).subarray(0, -2),
    'zlib of nothing': deflateSync(''),
    'an empty binary': new Uint8Array(0),
    null: 'null',
    'a number': '7',
  }),
  'receiver requests for a line that comes later are parked': parking(
    [
      ['receiver.switch', { id: 'audio_0', priority: 1, remote }],
      ['receiver.limit', { id: 'audio_0', limit }],
      ['receiver.disconnect', { id: 'audio_0' }],
      ['receiver.switch', { id: 'audio_0', priority: 1, remote }],
    ],
    (peer) => peer.addReceiver('audio'),
  ),
  'sender requests for a line that comes later are parked': parking(
    [
      ['sender.toggle', { name: 'late', kind: 'audio', track: 'x' }],
      ['sender.toggle', { name: 'late', kind: 'audio', track: null }],
    ],
    (peer) => peer.addSender({ kind: 'audio', name: 'late' }),
  ),
  'requests around an offer keep their order': async (target, run) => {
    const peer = await join(target, run)
    const { sdp } = await peer.pc.createOffer()
    const ping = { request: 'room.unsubscribe', data: { peer: 'x' } }
    const update = { request: 'peer.updateSdp', data: { sdp, senders: [], receivers: { audio: 1, video: 1 } } }
    const frames = [ping, update, ping, { request: 'receiver.disconnect', data: { id: 'audio_0' } }, update, ping]
    const answered = await peer.answersTo(
      ...frames.map((frame, n) => JSON.stringify({ type: 'request', req_id: 900_001 + n, ...frame })),
    )
    return answered.map(told)
  },
  'one id for two requests': async (target, run) => {
    const peer = await join(target, run)
    const frame = (request: string, data: object) => JSON.stringify({ type: 'request', req_id: 900_001, request, data })
    const answered = await peer.answersTo(
      frame('room.unsubscribe', { peer: 'x' }),
      frame('receiver.disconnect', { id: 'audio_0' }),
    )
    return answered.length === 0 ? unanswered : answered.map(told)
  },
}

export const rpcShapeScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `rpc/${name}`,
  run,
}))
