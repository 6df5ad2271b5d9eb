import { boolean, list, oneOf, optional, record, string, text, u16, u64, u8 } from './shape.js'

export type Kind = 'audio' | 'video'

export interface SenderInfo {
  readonly kind: Kind
  readonly name: string
  readonly uuid: string
  readonly label: string
  readonly screen: boolean | undefined
}

export interface StreamRef {
  readonly peer: string
  readonly stream: string
}

const kind = oneOf('audio', 'video')
const senderInfo = record<SenderInfo>({ kind, name: string, uuid: string, label: string, screen: optional(boolean) })
const postedSenderInfo = record<SenderInfo>({ kind, name: text, uuid: text, label: text, screen: optional(boolean) })
const receiverCounts = record<{ audio: number; video: number }>({ audio: u8, video: u8 })
const streamRef = record<StreamRef>({ peer: string, stream: string })

export type SubScope = 'Full' | 'stream_only' | 'Manual'
export type PubScope = 'Full' | 'stream_only'
export type MixMinusMode = 'Disabled' | 'AllAudioStreams' | 'ManualAudioStreams'

export interface ConnectBody {
  readonly room: string
  readonly peer: string
  readonly token: string
  readonly sdp: string | undefined
  readonly compressed_sdp: number[] | undefined
  readonly senders: SenderInfo[]
  readonly receivers: { audio: number; video: number }
  readonly codecs: string[] | undefined
  readonly mix_minus_audio: MixMinusMode | undefined
  readonly sub_scope: SubScope | undefined
  readonly pub_scope: PubScope | undefined
  readonly remote_bitrate_control_mode: string | undefined
  readonly version: string | undefined
  readonly join_now: boolean | undefined
}

export const readConnectBody = record<ConnectBody>({
  room: text,
  peer: text,
  token: text,
  sdp: optional(text),
  compressed_sdp: optional(list(u8)),
  senders: list(postedSenderInfo),
  receivers: receiverCounts,
  codecs: optional(list(oneOf('VP8', 'VP9', 'H264', 'OPUS'))),
  mix_minus_audio: optional(oneOf('Disabled', 'AllAudioStreams', 'ManualAudioStreams')),
  sub_scope: optional(oneOf('Full', 'stream_only', 'Manual')),
  pub_scope: optional(oneOf('Full', 'stream_only')),
  remote_bitrate_control_mode: optional(oneOf('DynamicWithConsumers', 'MaxBitrateOnly')),
  version: optional(text),
  join_now: optional(boolean),
})

export const readIceRemoteBody = record<{ conn_id: string; candidate: string }>({ conn_id: text, candidate: text })

export interface TokenBody {
  readonly room: string
  readonly peer: string | undefined
  readonly publish: boolean | undefined
  readonly subscribe: boolean | undefined
  readonly expires_in: number | undefined
}

export const readTokenBody = record<TokenBody>({
  room: text,
  peer: optional(text),
  publish: optional(boolean),
  subscribe: optional(boolean),
  expires_in: optional(u64),
})

export const readRequest = record<{ type: 'request'; req_id: number; request: string; data: unknown }>({
  type: oneOf('request'),
  req_id: u64,
  request: string,
  data: (value) => value,
})

export const readUpdateSdp = record<{
  sdp: string
  senders: SenderInfo[]
  receivers: { audio: number; video: number }
}>({ sdp: string, senders: list(senderInfo), receivers: receiverCounts })

export const readToggle = record<{ name: string; kind: Kind; track: string | undefined; label: string | undefined }>({
  name: string,
  kind,
  track: optional(string),
  label: optional(string),
})

export const readSwitch = record<{ id: string; priority: number; remote: StreamRef }>({
  id: string,
  priority: u16,
  remote: streamRef,
})

export interface ReceiverLimit {
  readonly priority: number
  readonly max_spatial: number
  readonly max_temporal: number
  readonly min_spatial: number | undefined
  readonly min_temporal: number | undefined
}

export const readLimit = record<{ id: string; limit: ReceiverLimit }>({
  id: string,
  limit: record<ReceiverLimit>({
    priority: u16,
    max_spatial: u8,
    max_temporal: u8,
    min_spatial: optional(u8),
    min_temporal: optional(u8),
  }),
})

export const readReceiverId = record<{ id: string }>({ id: string })
export const readPeerName = record<{ peer: string }>({ peer: string })
export const readMixMinusSource = record<{ id: string; remote: StreamRef }>({ id: string, remote: streamRef })
export const readSaid = record<{ data: unknown }>({ data: (value) => value })
