import { describeEvents, eventShape } from '../describe-events.js'
import { RawPeer, senderInfo } from '../raw-client.js'
import type { Json, Scenario } from '../scenario.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

const seen = (...peers: RawPeer[]): Json =>
  Object.fromEntries(peers.map((peer) => [`seen by ${peer.peer}`, describeEvents(peer.events)]))

const settled = async (...peers: RawPeer[]) => {
  for (const peer of peers) await peer.ping()
}

const watching =
  (body: Record<string, unknown>): Scenario['run'] =>
  async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', body })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
    await a.until(() => a.saw('stream_added', 'audio_main') && a.saw('stream_added', 'video_main'))
    // Long enough for what is coming: a Manual watcher must see nothing, and only its own channel can say so.
    await b.until(() => b.saw('stream_added', 'audio_main') && b.saw('stream_added', 'video_main'), 1000)
    await settled(a, b)
    return seen(a, b)
  }

const scenarios: Record<string, Scenario['run']> = {
  'two streams, a watcher that was there': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
    for (const peer of [a, b])
      await peer.until(() => peer.saw('stream_added', 'audio_main') && peer.saw('stream_added', 'video_main'))
    await b.until(() => b.events.some(({ data }) => data.state?.state === 'Connected'))
    await settled(a, b)
    const shape = (event: string, stream?: string) =>
      eventShape(b.events.find((one) => one.event === event && one.data.stream === stream))
    const shapes = [
      shape('peer_added'),
      shape('peer_updated'),
      shape('stream_added', 'audio_main'),
      shape('stream_added', 'video_main'),
    ]
    return { ...(seen(a, b) as object), shapes }
  },
  'a watcher that comes later': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
    await a.until(() => a.saw('stream_added', 'audio_main') && a.saw('stream_added', 'video_main'))
    const b = await RawPeer.join(target, run, { peer: 'b' })
    await b.until(() => b.saw('stream_added', 'audio_main') && b.saw('stream_added', 'video_main'))
    await settled(a, b)
    return seen(b)
  },
  'sub_scope stream_only': watching({ sub_scope: 'stream_only' }),
  'sub_scope Manual': watching({ sub_scope: 'Manual' }),
  'sub_scope Manual with subscribe and unsubscribe': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', body: { sub_scope: 'Manual' } })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    await a.until(() => a.saw('stream_added', 'video_main'))
    const subscribed = await b.ask('room.subscribe', { peer: 'a' })
    await b.until(() => b.saw('stream_added', 'video_main'))
    const unsubscribed = await b.ask('room.unsubscribe', { peer: 'a' })
    return { subscribed, unsubscribed, ...(seen(b) as object) }
  },
  'toggle off and on': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    await b.until(() => b.saw('stream_added', 'video_main'))
    const off = await a.ask('sender.toggle', { name: 'video_main', kind: 'video', track: null })
    await b.until(() => b.saw('stream_removed', 'video_main'))
    const on = await a.ask('sender.toggle', { name: 'video_main', kind: 'video', track: 'track' })
    await b.until(() => b.events.filter(({ event }) => event === 'stream_added').length === 2)
    await settled(a, b)
    const removed = eventShape(b.events.find(({ event }) => event === 'stream_removed'))
    return { off, on, removed, ...(seen(a, b) as object) }
  },
  'a line without an entry is never published': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const a = await RawPeer.join(target, run, {
      peer: 'a',
      senders: [video, audio],
      body: { senders: [senderInfo(audio)] },
    })
    await b.until(() => b.saw('stream_added', 'audio_main'))
    await b.until(() => b.saw('stream_added', 'video_main'), 500)
    await settled(a, b)
    return seen(b)
  },
  'two streams of one name': async (target, run) => {
    const twin = { kind: 'audio', name: 'twin', uuid: 'u1' } as const
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [twin, { ...twin, kind: 'video', uuid: 'u2' }] })
    await a.until(() => a.saw('stream_added', 'twin'))
    await settled(a)
    return { added: [...new Set(a.events.filter(({ data }) => data.stream).map(({ event }) => event))] }
  },
  'the list of senders in another order than the lines': async (target, run) => {
    const small = { kind: 'video', name: 'small', size: { width: 160, height: 120 } } as const
    const large = { kind: 'video', name: 'large', size: { width: 320, height: 240 } } as const
    const body = { senders: [senderInfo(large), senderInfo(small)] }
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [small, large], body })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    await b.ask('receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'a', stream: 'small' } })
    const sink = b.sink(b.receivers.video[0]!)
    await b.until(() => sink.count > 0)
    await a.ping()
    return { 'the stream called small measures': sink.size ? `${sink.size.width}x${sink.size.height}` : 'nothing' }
  },
}

export const publishScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `publish/${name}`,
  run,
}))
