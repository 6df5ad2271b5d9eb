import { deflated } from './framing.js'
import { wishIn, wishOf, type Wish } from './wishes.js'
import type { GatewayProtocol, ReceiverRef, ServerAnswer, ServerRequest } from './gateway-protocol.js'

/** 2^40: JSON keeps it exact, the server takes any u64, and no application counts that far. */
const FIRST_REQUEST_ID = 2 ** 40
/** Events of a stream are short. */
const STREAM_EVENT_BOUND = 2_000
const STREAM_EVENT = /"event"\s*:\s*"stream_(added|removed)"/
/** How the decimal form of the engine's ids begins, and how long it is: enough for 88 million of them. */
const ENGINE_ID = /"req_id"\s*:\s*(10995\d{8})\b/
const ANSWER = /"type"\s*:\s*"answer"/

const nameOf = ({ kind, ordinal }: ReceiverRef): string => `${kind}_${ordinal}`

const body = (request: ServerRequest): [method: string, data: unknown] => {
  switch (request.kind) {
    case 'receiver.attach':
      return [
        'receiver.switch',
        {
          id: nameOf(request.receiver),
          priority: request.priority,
          remote: { peer: request.peer, stream: request.stream },
        },
      ]
    case 'receiver.limit':
      return [
        'receiver.limit',
        {
          id: nameOf(request.receiver),
          limit: { priority: request.priority, max_spatial: request.maxSpatial, max_temporal: request.maxTemporal },
        },
      ]
    case 'receiver.detach':
      return ['receiver.disconnect', { id: nameOf(request.receiver) }]
    case 'sender.toggle':
      return ['sender.toggle', { name: request.name, kind: request.media, track: request.track }]
  }
}

/** Members of a JSON object; none of what is no JSON. */
const parsed = (text: string): Record<string, unknown> & { data?: { peer?: unknown; stream?: unknown } | null } => {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

const request = (id: number, method: string, data: unknown) =>
  deflated(JSON.stringify({ type: 'request', req_id: id, request: method, data }))

/** Protocol of the Atm0s media server 0.1: JSON over an in-band data channel, receivers named by their ordinal. */
export const atm0sV01: GatewayProtocol = {
  channel: { label: 'data', init: { ordered: true } },
  receiverName: nameOf,
  firstRequestId: FIRST_REQUEST_ID,
  encodeRequest: (id, wanted) => request(id, ...body(wanted)),
  encodeOffer: (id, { sdp, senders, receivers }) => request(id, 'peer.updateSdp', { sdp, senders, receivers }),
  // The server's bound is 64 KiB; what is not known of its answer is within the difference.
  answerBound: 64_000,
  encodeProbe: (id) => request(id, 'room.unsubscribe', { peer: '' }),
  wishIn,
  wishOf: (wanted) => wishOf(0, ...body(wanted)) as Wish,
  encodeWish: (id, wish) => request(id, wish.request, wish.data),
  answerIn: (data, all = false) => {
    if (typeof data !== 'string' || !(ENGINE_ID.test(data) || (all && ANSWER.test(data)))) return undefined
    const answer = parsed(data)
    if (answer.type !== 'answer' || typeof answer.req_id !== 'number' || (answer.req_id < FIRST_REQUEST_ID && !all))
      return undefined
    const made: ServerAnswer = { id: answer.req_id, ok: answer.success === true, data: answer.data }
    return typeof answer.error === 'string' ? { ...made, error: answer.error } : made
  },
  streamIn: (data) => {
    const [, how] = (typeof data === 'string' && data.length < STREAM_EVENT_BOUND && STREAM_EVENT.exec(data)) || []
    const { peer, stream } = (how ? parsed(data as string).data : undefined) ?? {}
    return typeof peer === 'string' && typeof stream === 'string'
      ? { type: `stream.${how as 'added'}`, source: { peer, stream } }
      : undefined
  },
  answerSdp: (data) => {
    const sdp = (data as { sdp?: unknown } | null | undefined)?.sdp
    return typeof sdp === 'string' ? sdp : undefined
  },
  encodePayload: deflated,
}
