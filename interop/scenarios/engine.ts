import {
  Codecs,
  MediaGatewayConnector,
  MixMinusMode,
  RealtimeError,
  RealtimeSocket,
  RPC,
  StreamKinds,
  type ISessionConfig,
} from '../../src/index.js'
import { RawPeer } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import { picture, tone, until, watch } from './engine-tools.js'

/** A socket whose end is the scenario's; its transitions and warnings are written down. */
const socketFor = (target: Target, run: Run) => {
  const { environment } = target.lab
  const socket = new RealtimeSocket(target.url, { environment })
  run.defer(() => socket[Symbol.asyncDispose]())
  const path: string[] = []
  const warnings: string[] = []
  socket.on('transition', ({ chart, to }) => {
    if (chart === 'connection' || chart === 'negotiation') path.push(`${chart} ${to}`)
  })
  socket.on('warning', ({ code }) => warnings.push(code))
  const connect = (peer: string, more: Partial<ISessionConfig> = {}) =>
    socket.connect(new MediaGatewayConnector(undefined, { environment }), {
      roomId: run.room,
      peerId: peer,
      token: target.token(run.room, peer),
      ...more,
    })
  return { socket, path, warnings, connect }
}

const code = (promise: Promise<unknown>): Promise<Json> =>
  promise.then(
    () => 'connected',
    (error: unknown) => (error instanceof RealtimeError ? `${error.code} in ${error.phase}` : String(error)),
  )

/** A publisher and a viewer that has asked for its streams before it is connected. */
const publishAndWatch = async (target: Target, run: Run) => {
  const publisher = socketFor(target, run)
  const viewer = socketFor(target, run)
  const video = viewer.socket.createReceiverTrack('video', StreamKinds.VIDEO)
  const audio = viewer.socket.createReceiverTrack('audio', StreamKinds.AUDIO)
  const [seen, heard] = [watch(target, run, video), watch(target, run, audio)]
  video.attach({ peer: 'a', stream: 'video_main' })
  audio.attach({ peer: 'a', stream: 'audio_main' })
  await publisher.connect('a', {
    senders: [
      { name: 'audio_main', kind: StreamKinds.AUDIO, stream: tone(target, run) },
      { name: 'video_main', kind: StreamKinds.VIDEO, stream: picture(target, run) },
    ],
  })
  await viewer.connect('b')
  return { publisher, viewer, video, audio, seen, heard }
}

const scenarios: Record<string, Scenario['run']> = {
  'connect and close': async (target, run) => {
    const { socket, path, warnings, connect } = socketFor(target, run)
    const states: string[] = []
    socket.onMany(['peer_state', 'dc_state'], (state) => states.push(state))
    await connect('a')
    await socket[Symbol.asyncDispose]()
    return { states, path, warnings, reason: socket.reason ?? null }
  },
  'publish and receive': async (target, run) => {
    const { publisher, viewer, video, audio, seen, heard } = await publishAndWatch(target, run)
    return {
      decoded: await until(target, () => seen.count >= 10 && heard.count >= 10),
      width: seen.width,
      serverIds: [video.serverId ?? null, audio.serverId ?? null],
      states: [video.state, audio.state],
      warnings: [...publisher.warnings, ...viewer.warnings],
    }
  },
  'requests of the application': async (target, run) => {
    const { publisher, viewer } = await publishAndWatch(target, run)
    const rpc = {
      publisher: new RPC(publisher.socket, target.lab),
      viewer: new RPC(viewer.socket, target.lab),
    }
    const limit = { priority: 10, max_spatial: 2, max_temporal: 2 }
    return (await Promise.all([
      rpc.publisher.request('room.unsubscribe', { peer: 'nobody' }),
      rpc.publisher.request('sender.toggle', { name: 'audio_main', kind: 'audio', track: 'x' }),
      rpc.viewer.request('receiver.limit', { id: 'video_0', limit }),
      rpc.viewer.request('no.such.request', {}, { timeoutMs: 200 }),
    ])) as unknown as Json
  },
  'a track added and one replaced while connected': async (target, run) => {
    const { publisher, viewer, seen } = await publishAndWatch(target, run)
    const first = await until(target, () => seen.count >= 5)
    publisher.socket.createSenderTrack({
      name: 'extra',
      kind: StreamKinds.VIDEO,
      stream: picture(target, run, 160, 120),
    })
    const extra = viewer.socket.createReceiverTrack('extra', StreamKinds.VIDEO)
    const other = watch(target, run, extra)
    extra.attach({ peer: 'a', stream: 'extra' })
    const added = await until(target, () => other.width === 160)
    publisher.socket.senders[1]?.replaceStream(picture(target, run, 480, 360))
    const replaced = await until(target, () => seen.width === 480)
    return {
      first,
      added,
      replaced,
      serverId: extra.serverId ?? null,
      mids: publisher.socket.senders.map(({ transceiver }) => transceiver?.mid ?? null),
      warnings: [...publisher.warnings, ...viewer.warnings],
    }
  },
  'receivers that come and go share one line': async (target, run) => {
    const { viewer, video, seen } = await publishAndWatch(target, run)
    const rounds: Json[] = [await until(target, () => seen.count >= 3)]
    video.stop()
    for (let round = 0; round < 3; round += 1) {
      const receiver = viewer.socket.createReceiverTrack(`view-${round}`, StreamKinds.VIDEO)
      const again = watch(target, run, receiver)
      receiver.attach({ peer: 'a', stream: 'video_main' })
      rounds.push([await until(target, () => again.count >= 3), receiver.serverId ?? null])
      receiver.stop()
    }
    return { rounds, warnings: viewer.warnings }
  },
  'a sender stopped and created again under its name': async (target, run) => {
    const { publisher, seen } = await publishAndWatch(target, run)
    const first = await until(target, () => seen.count >= 3)
    publisher.socket.senders[1]?.stop()
    publisher.socket.createSenderTrack({
      name: 'video_main',
      kind: StreamKinds.VIDEO,
      stream: picture(target, run, 160, 120),
    })
    return { first, again: await until(target, () => seen.width === 160), warnings: publisher.warnings }
  },
  'streams without a source go, and stay gone until there is one': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const { publisher, seen } = await publishAndWatch(target, run)
    // While libwebrtc still probes the path it sends padding without a source too, and that announces a stream as well.
    await until(target, () => seen.count >= 30)
    const events = () =>
      watcher.events.flatMap(({ event, data }) => {
        const { peer, stream } = (data ?? {}) as { peer?: string; stream?: string }
        return peer === 'a' && stream !== undefined ? [`${event} ${stream}`] : []
      })
    const last = (stream: string) => events().findLast((line) => line.endsWith(stream))
    const each = (what: string) => ['audio_main', 'video_main'].every((stream) => last(stream) === `${what} ${stream}`)
    const rounds: Json[] = []
    for (let round = 0; round < 5; round += 1) {
      const there = await until(target, () => each('stream_added'))
      for (const sender of publisher.socket.senders) sender.replaceStream(null)
      const gone = await until(target, () => each('stream_removed'))
      // A packet that is under way still would announce it again, within tens of milliseconds.
      await target.lab.pause(250)
      rounds.push([there, gone, each('stream_removed')])
      const [audio, video] = publisher.socket.senders
      audio?.replaceStream(tone(target, run))
      video?.replaceStream(picture(target, run))
    }
    return { rounds, warnings: publisher.warnings }
  },
  'layers, preferred codecs, and an audio mix': async (target, run) => {
    const publisher = socketFor(target, run)
    const viewer = socketFor(target, run)
    const video = viewer.socket.createReceiverTrack('video', StreamKinds.VIDEO)
    const seen = watch(target, run, video)
    video.attach({ peer: 'a', stream: 'video_main' }, { maxSpatial: 0 })
    const elements = [{}, {}, {}] as [HTMLAudioElement, HTMLAudioElement, HTMLAudioElement]
    const mixMinusAudio = { mode: MixMinusMode.AllAudioStreams, elements }
    await publisher.connect('a', {
      senders: [
        {
          name: 'video_main',
          kind: StreamKinds.VIDEO,
          stream: picture(target, run, 640, 480),
          simulcast: true,
          maxBitrate: 900_000,
        },
        { name: 'second', kind: StreamKinds.VIDEO, stream: picture(target, run), preferredCodecs: [Codecs.VP9] },
      ],
    })
    await viewer.connect('b', { mixMinusAudio, codecs: [Codecs.VP8, Codecs.OPUS] })
    const decoded = await until(target, () => seen.count >= 5)
    const slots = await until(target, () =>
      viewer.socket.receivers.slice(1).every(({ state }) => state.endsWith('attached')),
    )
    return {
      decoded,
      slots,
      receivers: viewer.socket.receivers.map(({ uuid, serverId }) => [uuid, serverId ?? null]),
      warnings: [...publisher.warnings, ...viewer.warnings],
    }
  },
  'a refused token, then a good one': async (target, run) => {
    const { socket, connect } = socketFor(target, run)
    const refused = await code(connect('a', { token: 'no.such.token' }))
    return { refused, again: await code(connect('a')), state: socket.peerState }
  },
  'closed while the offer travels, others see nobody left': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const { socket, connect } = socketFor(target, run)
    socket.on('transition', ({ to }) => to === 'awaitingAnswer' && socket.close())
    const closed = await code(connect('a'))
    await socket[Symbol.asyncDispose]()
    const left = await until(target, () => watcher.events.some(({ event }) => event === 'peer_removed'), 5_000)
    return { closed, left }
  },
  'closed, and the same peer connects again at once': async (target, run) => {
    const first = socketFor(target, run)
    await first.connect('a')
    first.socket.close()
    const second = socketFor(target, run)
    const rpc = new RPC(second.socket, target.lab)
    const again = await code(second.connect('a'))
    return { again, answered: (await rpc.request('room.unsubscribe', { peer: 'nobody' })) as unknown as Json }
  },
}

/** The library itself against each target: what an application sees must not depend on the gateway. */
export const engineScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `engine/${name}`,
  timeoutMs: 40_000,
  run,
}))
