import type { Json } from './scenario.js'

export interface WireAnswer {
  type: 'answer'
  req_id: number
  success: boolean
  data: Json
}

export interface WireEvent {
  type: 'event'
  event: string
  data: {
    peer?: string
    stream?: string
    state?: { state?: string; status?: string } | null
    [member: string]: unknown
  }
}

export interface SenderInfo {
  kind: 'audio' | 'video'
  name: string
  uuid: string
  label: string
  screen?: boolean
}

export interface ConnectData {
  conn_id: string
  node_id: number
  sdp: string
  service_token?: string | null
}
