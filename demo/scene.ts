import wrtc from '@roamhq/wrtc'
import { audioSink, audioSource, videoSink, videoSource, type Sink, type Source } from '../tools/node-media.js'
import { MediaGatewayConnector, RealtimeSocket, RPC, StreamKinds, type RpcResult } from '../src/index.js'
import type { Timeline } from './timeline.js'

export interface Stage {
  readonly url: string
  readonly room: string
  token(peer: string): string
}

export interface Outcome {
  /** Frames of video and ticks of audible sound that the viewer decoded. */
  readonly decoded: {
    readonly audio: number
    readonly video: number
    readonly third: number
    readonly replaced: number
  }
  /** Media bytes that left the publisher and reached the viewer. */
  readonly bytes: { readonly sent: number; readonly received: number }
  readonly answers: { readonly publisher: number; readonly viewer: number }
  readonly connectMs: { readonly publisher: number; readonly viewer: number }
  readonly warnings: number
  readonly finalStates: readonly string[]
}

const WAIT_MS = 10_000

/** Waits until a fact holds; the media of real stacks has no event for "the tenth frame". */
const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + WAIT_MS
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${WAIT_MS} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const mediaBytes = async (socket: RealtimeSocket, type: 'outbound-rtp' | 'inbound-rtp'): Promise<number> => {
  let bytes = 0
  for (const report of (await socket.getStats()).values() as Iterable<Record<string, unknown>>)
    if (report.type === type) bytes += Number(report[type === 'outbound-rtp' ? 'bytesSent' : 'bytesReceived'] ?? 0)
  return bytes
}

/** The script: connect, publish, watch, ask, add, replace, close. */
export const play = async ({ url, room, token }: Stage, timeline: Timeline): Promise<Outcome> => {
  const environment = { RTCPeerConnection: wrtc.RTCPeerConnection, MediaStream: wrtc.MediaStream }
  const running: { stop(): void }[] = []
  const started = <T extends Source | Sink>(one: T): T => {
    running.push(one)
    return one
  }
  const streamOf = ({ track }: Source) => new wrtc.MediaStream([track])
  const publisher = new RealtimeSocket(url, { environment })
  const viewer = new RealtimeSocket(url, { environment })
  const warnings: unknown[] = []
  const finalStates: string[] = []
  for (const [who, socket] of [
    ['publisher', publisher],
    ['viewer', viewer],
  ] as const) {
    timeline.follow(who, socket)
    socket.on('warning', (warning) => warnings.push(warning))
    socket.on('peer_state', (state) => state === 'closed' && finalStates.push(`${who} ${state}`))
  }
  const asking = { publisher: new RPC(publisher), viewer: new RPC(viewer) }
  const answers = { publisher: 0, viewer: 0 }
  const ask = async (who: 'publisher' | 'viewer', request: string, data: unknown): Promise<void> => {
    const since = performance.now()
    const result: RpcResult<unknown> = await asking[who].request(request, data)
    if (result.status) answers[who] += 1
    const ms = (performance.now() - since).toFixed(1)
    timeline.add(
      who,
      'request',
      `${request} -> ${result.status ? 'accepted' : `refused (${result.error})`} in ${ms} ms`,
    )
  }
  const watch = (name: string, kind: StreamKinds, stream: string): { sink: () => Sink | undefined } => {
    const receiver = viewer.createReceiverTrack(name, kind)
    let sink: Sink | undefined
    receiver.on('track_added', (track) => {
      sink = started(kind === StreamKinds.VIDEO ? videoSink(track) : audioSink(track))
    })
    receiver.attach({ peer: 'publisher', stream })
    return { sink: () => sink }
  }
  try {
    timeline.add('demo', 'step', `room "${room}" on ${url}`)
    publisher.createSenderTrack({
      name: 'audio_main',
      kind: StreamKinds.AUDIO,
      stream: streamOf(started(audioSource())),
    })
    const camera = publisher.createSenderTrack({
      name: 'video_main',
      kind: StreamKinds.VIDEO,
      stream: streamOf(started(videoSource({ width: 320, height: 240 }))),
    })
    const audio = watch('audio', StreamKinds.AUDIO, 'audio_main')
    const video = watch('video', StreamKinds.VIDEO, 'video_main')
    const connect = async (who: string, socket: RealtimeSocket): Promise<number> => {
      const since = performance.now()
      await socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: who, token: token(who) })
      return Math.round((performance.now() - since) * 10) / 10
    }
    const connectMs = { publisher: await connect('publisher', publisher), viewer: await connect('viewer', viewer) }
    timeline.add('demo', 'step', `both connected, in ${connectMs.publisher} and ${connectMs.viewer} ms`)

    await until('video and audio', () => (video.sink()?.count ?? 0) >= 10 && (audio.sink()?.count ?? 0) >= 10)
    timeline.add('viewer', 'media', `decodes video (${video.sink()?.size?.width} wide) and hears audio`)

    await ask('publisher', 'sender.toggle', { name: 'audio_main', kind: 'audio', track: 'audio_main' })
    await ask('viewer', 'receiver.limit', { id: 'video_0', limit: { priority: 100, max_spatial: 2, max_temporal: 2 } })

    timeline.add('demo', 'step', 'a third track, while connected')
    publisher.createSenderTrack({
      name: 'video_extra',
      kind: StreamKinds.VIDEO,
      stream: streamOf(started(videoSource({ width: 160, height: 120 }))),
    })
    const third = watch('extra', StreamKinds.VIDEO, 'video_extra')
    await until('the third track', () => (third.sink()?.count ?? 0) >= 10)
    timeline.add('viewer', 'media', `decodes the third track (${third.sink()?.size?.width} wide)`)

    timeline.add('demo', 'step', 'another picture on the first video track, without renegotiation')
    camera.replaceStream(streamOf(started(videoSource({ width: 480, height: 360 }))))
    await until('the replaced picture', () => video.sink()?.size?.width === 480)
    const before = video.sink()?.count ?? 0
    await until('frames of it', () => (video.sink()?.count ?? 0) >= before + 10)
    timeline.add('viewer', 'media', `decodes the new picture (${video.sink()?.size?.width} wide)`)

    const bytes = {
      sent: await mediaBytes(publisher, 'outbound-rtp'),
      received: await mediaBytes(viewer, 'inbound-rtp'),
    }
    const decoded = {
      audio: audio.sink()?.count ?? 0,
      video: video.sink()?.count ?? 0,
      third: third.sink()?.count ?? 0,
      replaced: (video.sink()?.count ?? 0) - before,
    }
    timeline.add('demo', 'step', 'both close')
    await Promise.all([publisher[Symbol.asyncDispose](), viewer[Symbol.asyncDispose]()])
    return { decoded, bytes, answers, connectMs, warnings: warnings.length, finalStates }
  } finally {
    await Promise.all([publisher[Symbol.asyncDispose](), viewer[Symbol.asyncDispose]()])
    for (const one of running) one.stop()
  }
}
