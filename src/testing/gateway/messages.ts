import type { SubScope } from './room.js'
import type { SenderEntry } from './sender-queue.js'
import { flag, list, maybe, members, oneOf, posted, text, unsigned, whatever } from './shapes.js'

const kind = oneOf('audio', 'video')
const sender = members<SenderEntry & { label: string; screen: boolean | undefined }>({
  kind,
  name: text,
  uuid: text,
  label: text,
  screen: maybe(flag),
})
const postedSender = members<SenderEntry & { label: string; screen: boolean | undefined }>({
  kind,
  name: posted,
  uuid: posted,
  label: posted,
  screen: maybe(flag),
})
const receivers = members({ audio: unsigned(8), video: unsigned(8) })
const remote = members<{ peer: string; stream: string }>({ peer: text, stream: text })

export type MixMinusMode = 'Disabled' | 'AllAudioStreams' | 'ManualAudioStreams'

/** Body of a connect request (protocol 0.1, section 2). */
export interface ConnectBody {
  readonly room: string
  readonly peer: string
  readonly token: string
  readonly sdp: string | undefined
  readonly compressed_sdp: number[] | undefined
  readonly senders: readonly SenderEntry[]
  readonly mix_minus_audio: MixMinusMode | undefined
  readonly sub_scope: SubScope | undefined
  readonly pub_scope: 'Full' | 'stream_only' | undefined
}

export const connectBody = members<ConnectBody & Record<string, unknown>>({
  room: posted,
  peer: posted,
  token: posted,
  sdp: maybe(posted),
  compressed_sdp: maybe(list(unsigned(8))),
  senders: list(postedSender),
  receivers,
  codecs: maybe(list(oneOf('VP8', 'VP9', 'H264', 'OPUS'))),
  mix_minus_audio: maybe(oneOf('Disabled', 'AllAudioStreams', 'ManualAudioStreams')),
  sub_scope: maybe(oneOf('Full', 'stream_only', 'Manual')),
  pub_scope: maybe(oneOf('Full', 'stream_only')),
  remote_bitrate_control_mode: maybe(oneOf('DynamicWithConsumers', 'MaxBitrateOnly')),
  version: maybe(posted),
  join_now: maybe(flag),
})

export const iceRemoteBody = members({ conn_id: posted, candidate: posted })

export const tokenBody = members<{
  room: string
  peer: string | undefined
  publish: boolean | undefined
  subscribe: boolean | undefined
  expires_in: number | undefined
}>({ room: posted, peer: maybe(posted), publish: maybe(flag), subscribe: maybe(flag), expires_in: maybe(unsigned(64)) })

/** A request over the channel (section 5). */
export const request = members({ type: oneOf('request'), req_id: unsigned(64), request: text, data: whatever })

export const updateSdp = members({ sdp: text, senders: list(sender), receivers })
export const toggle = members({ name: text, kind, track: maybe(text), label: maybe(text) })
export const switchTo = members({ id: text, priority: unsigned(16), remote })
export const limit = members({
  id: text,
  limit: members({
    priority: unsigned(16),
    max_spatial: unsigned(8),
    max_temporal: unsigned(8),
    min_spatial: maybe(unsigned(8)),
    min_temporal: maybe(unsigned(8)),
  }),
})
export const receiverId = members({ id: text })
export const peerName = members({ peer: text })
export const mixMinusSource = members({ id: text, remote })
