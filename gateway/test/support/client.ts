import wrtc from '@roamhq/wrtc'
import { onTestFinished } from 'vitest'
import type { Gateway } from '../../src/index.js'

type Kind = 'audio' | 'video'
type Message = Record<string, unknown> & { type: string }
interface RoomEvent {
  readonly event: string
  readonly data: { peer: string; stream?: string; kind?: string; state: null | { state?: string } }
}
interface Answer {
  readonly req_id: number
  readonly success: boolean
  readonly data: Record<string, unknown> | null
}

export interface JoinOptions {
  readonly room?: string
  readonly peer: string
  /** m-lines in offer order: a track to send, or a kind to receive. */
  readonly lines?: readonly ({ readonly send: MediaStreamTrack; readonly name: string } | { readonly receive: Kind })[]
  readonly body?: Record<string, unknown>
  readonly editOffer?: (sdp: string) => string
}

export const post = (gateway: Gateway, path: string, body: unknown): Promise<Response> =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Looks at values as they come, those of the past included, so that no test has to sleep. */
const log = <T>() => {
  const past: T[] = []
  let waiting: { wanted: (item: T) => boolean; resolve: (item: T) => void }[] = []
  return {
    past,
    add: (item: T): void => {
      past.push(item)
      for (const { resolve } of waiting.filter(({ wanted }) => wanted(item))) resolve(item)
      waiting = waiting.filter(({ wanted }) => !wanted(item))
    },
    find: (wanted: (item: T) => boolean): Promise<T> => {
      const found = past.find(wanted)
      if (found) return Promise.resolve(found)
      return new Promise((resolve) => waiting.push({ wanted, resolve }))
    },
  }
}

export const senderInfo = (kind: string, name: string, uuid = `${name}-uuid`) => ({ kind, name, uuid, label: name })

/** A libwebrtc client that joins as an application would, and keeps what it is told. */
export const join = async (gateway: Gateway, options: JoinOptions) => {
  const { peer, room = 'room', lines = [], body = {} } = options
  const pc = new wrtc.RTCPeerConnection()
  const channel = pc.createDataChannel('data', { ordered: true })
  const answers = log<Answer>()
  const events = log<RoomEvent>()
  const states = log<string>()
  const channelStates = log<string>()
  const tracks: RTCTrackEvent[] = []
  let lastId = 0

  channel.addEventListener('open', () => channelStates.add('open'))
  channel.addEventListener('close', () => channelStates.add('closed'))
  channel.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data as string) as Message
    if (message.type === 'answer') answers.add(message as never)
    else events.add(message as never)
  })
  pc.onconnectionstatechange = () => states.add(pc.connectionState)
  pc.ontrack = (event) => tracks.push(event)

  const add = (line: NonNullable<JoinOptions['lines']>[number]) =>
    'send' in line
      ? pc.addTransceiver(line.send, { direction: 'sendonly' })
      : pc.addTransceiver(line.receive, { direction: 'recvonly' })
  for (const line of lines) add(line)

  const offer = async (init?: RTCOfferOptions): Promise<string> => {
    const description = await pc.createOffer(init)
    await pc.setLocalDescription(description)
    return (options.editOffer ?? ((sdp) => sdp))(description.sdp ?? '')
  }
  const accept = (sdp: string) => pc.setRemoteDescription({ type: 'answer', sdp })

  const response = await post(gateway, '/webrtc/connect', {
    room,
    peer,
    token: gateway.token({ room, peer }),
    sdp: await offer(),
    senders: lines.flatMap((line) => ('send' in line ? [senderInfo(line.send.kind, line.name)] : [])),
    receivers: { audio: 1, video: 1 },
    ...body,
  })
  const { data } = (await response.json()) as { data: { conn_id: string; sdp: string } }
  onTestFinished(() => pc.close())
  await accept(data.sdp)

  const send = (message: unknown): void => channel.send(JSON.stringify(message))
  const post_ = (request: string, payload: unknown): number => {
    send({ type: 'request', req_id: ++lastId, request, data: payload })
    return lastId
  }
  const request = (name: string, payload: unknown): Promise<Answer> => {
    const id = post_(name, payload)
    return answers.find(({ req_id }) => req_id === id)
  }

  const client = {
    pc,
    channel,
    peer,
    events,
    answers,
    states,
    channelStates,
    tracks,
    connId: data.conn_id,
    answerSdp: data.sdp,
    add,
    offer,
    accept,
    send,
    request,
    opened: () => channelStates.find((state) => state === 'open'),
    track: (kind: Kind, index = 0): MediaStreamTrack => {
      const found = tracks.filter(({ track }) => track.kind === kind)[index]
      if (!found) throw new Error(`no ${kind} track ${index}`)
      return found.track
    },
    /** True when the request got no answer although a later one did. */
    isSilent: async (name: string, payload: unknown): Promise<boolean> => {
      const id = post_(name, payload)
      await request('room.unsubscribe', { peer: 'nobody' })
      return !answers.past.some(({ req_id }) => req_id === id)
    },
    updateSdp: async (senders: readonly object[] = [], init?: RTCOfferOptions): Promise<Answer> => {
      const answer = await request('peer.updateSdp', {
        sdp: await offer(init),
        senders,
        receivers: { audio: 1, video: 1 },
      })
      if (answer.success) await accept(answer.data?.sdp as string)
      return answer
    },
    switch: (id: string, from: string, stream: string) =>
      request('receiver.switch', { id, priority: 1, remote: { peer: from, stream } }),
    event: (name: string, about: string, stream?: string) =>
      events.find(({ event, data: told }) => event === name && told.peer === about && told.stream === stream),
  }
  await client.opened()
  return client
}

export type Client = Awaited<ReturnType<typeof join>>
