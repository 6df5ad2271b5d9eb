import { describeEvents } from '../describe-events.js'
import { describeHttp } from '../describe-http.js'
import { postJson } from '../http.js'
import { RawPeer, type SenderLine } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import { flows, switchTo } from './receive.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

const layered = {
  ...video,
  size: { width: 640, height: 360 },
  sendEncodings: [{ rid: '0', scaleResolutionDownBy: 2 }, { rid: '1' }],
} satisfies SenderLine

const publisher = async (target: Target, run: Run) => {
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio] })
  await a.until(() => a.saw('stream_added', 'audio_main'))
  return a
}

const settle = async (peer: RawPeer) => {
  await peer.until(() => false, 150)
  await peer.ping()
}

const eventsOf = (watcher: RawPeer, from = 0): Json =>
  describeEvents(watcher.events.slice(from).filter(({ data }) => data.peer === 'a'))

/** Ends by `peer.close` with this data; then others see it go. */
const closingWith =
  (data: unknown): Scenario['run'] =>
  async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    a.send(JSON.stringify({ type: 'request', req_id: 900_001, request: 'peer.close', data }))
    const gone = await watcher.until(() => watcher.saw('peer_removed', 'a'), 500)
    return { gone, probe: await a.probe(), answered: a.answers.some(({ req_id }) => req_id === 900_001) }
  }

const panicked = async (target: Target, run: Run) => {
  await RawPeer.join(target, run, { peer: 'source', senders: [layered] })
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], receivers: { video: 1 } })
  await a.until(() => a.saw('stream_added', 'video_main') && a.saw('stream_added', 'audio_main'))
  await a.request('receiver.switch', switchTo('video_main', 'video_0', 'source'))
  await flows(a, a.sink(a.receivers.video[0]!), 5000, 1)
  await a.request('receiver.limit', { id: 'video_0', limit: { priority: 1, max_spatial: 3, max_temporal: 2 } })
  return a
}

const scenarios: Record<string, Scenario['run']> = {
  'peer.close with null': closingWith(null),
  'peer.close with text': closingWith('text'),
  'peer.close with other members': closingWith({ reason: 'x' }),
  'what follows peer.close is not answered': async (target, run) => {
    const a = await publisher(target, run)
    const before = a.answers.length
    const frame = (req_id: number, request: string, data: object) =>
      JSON.stringify({ type: 'request', req_id, request, data })
    a.send(frame(900_001, 'room.unsubscribe', { peer: 'x' }))
    a.send(frame(900_002, 'peer.close', {}))
    a.send(frame(900_003, 'room.unsubscribe', { peer: 'x' }))
    await a.until(() => a.answers.length > before + 1, 500)
    return a.answers.slice(before).map(({ req_id }) => req_id)
  },
  'a session that panicked, asked over HTTP, and the same peer again': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = await panicked(target, run)
    await watcher.until(() => watcher.saw('peer_removed', 'a') && watcher.saw('stream_removed', 'audio_main'))
    const asked = describeHttp(
      await postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id: a.connId, candidate: '' }),
    )
    const begin = target.lab.now()
    const deleted = describeHttp(await target.lab.http(`${target.url}/webrtc/conn/${a.connId}`, { method: 'DELETE' }))
    const aboutASecond = Math.abs(target.lab.now() - begin - 1000) < 300
    const before = watcher.events.length
    const again = await publisher(target, run)
    await watcher.until(() => watcher.events.slice(before).some(({ event }) => event === 'stream_added'))
    await settle(watcher)
    return { asked, deleted, aboutASecond, again: await again.probe(), seen: eventsOf(watcher, before) }
  },
  'DELETE and the next connect at once': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    // which of the two the server takes first is chance: the DELETE finds its session, or the connect has kicked it before
    const [, second] = await Promise.all([a.delete(), publisher(target, run)])
    await watcher.until(() => watcher.events.filter(({ event }) => event === 'stream_added').length > 1)
    await settle(watcher)
    const late = await RawPeer.join(target, run, { peer: 'late' })
    await settle(late)
    return { first: await a.probe(), second: await second.probe(), late: eventsOf(late) }
  },
  'DELETE of the kicked one harms nobody': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const first = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    const second = await publisher(target, run)
    await watcher.until(() => watcher.events.filter(({ event }) => event === 'stream_added').length > 1)
    await settle(watcher)
    const before = watcher.events.length
    const deleted = await first.delete()
    await settle(watcher)
    return { deleted, second: await second.probe(), seen: eventsOf(watcher, before) }
  },
  'the fourth connect kicks the third': async (target, run) => {
    const sessions: RawPeer[] = []
    for (let n = 0; n < 4; n++) {
      sessions.push(await publisher(target, run))
      await settle(sessions.at(-1)!)
    }
    const probes: number[] = []
    for (const session of sessions) probes.push(await session.probe())
    return probes
  },
  'a toggle announces again what an orphan took along': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    await publisher(target, run)
    const orphan = await publisher(target, run)
    const living = await publisher(target, run)
    await settle(watcher)
    await orphan.delete()
    await watcher.until(() => watcher.events.at(-1)?.event.endsWith('_removed') ?? false, 2000)
    await settle(watcher)
    const before = watcher.events.length
    const answers = [
      await living.ask('sender.toggle', { name: 'audio_main', kind: 'audio', track: null }),
      await living.ask('sender.toggle', { name: 'audio_main', kind: 'audio', track: 'x' }),
    ]
    await watcher.until(() => watcher.events.length > before, 3000)
    await settle(watcher)
    return { answers, seen: eventsOf(watcher, before) }
  },
  'the source leaves and comes back, and its viewer switches anew': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    const source = () => RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const first = await source()
    await b.ask('receiver.switch', switchTo('video_main'))
    const sink = b.sink(b.receivers.video[0]!)
    const before = await flows(b, sink)
    await first.delete()
    first.close()
    await b.until(() => b.saw('stream_removed', 'video_main'))
    await source()
    await b.until(() => b.events.filter(({ event }) => event === 'stream_added').length > 1)
    // without this it is chance whether a picture is ever seen again: the numbers of the next source may lie behind
    const answers = [
      await b.ask('receiver.disconnect', { id: 'video_0' }),
      await b.ask('receiver.switch', switchTo('video_main')),
    ]
    return { before, answers, after: await flows(b, sink, 6000) }
  },
  'a video line switched to sound, and back': async (target, run) => {
    await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    const sink = b.sink(b.receivers.video[0]!)
    const answers = [await b.ask('receiver.switch', switchTo('audio_main'))]
    const wrong = await flows(b, sink, 500, 1)
    answers.push(await b.ask('receiver.switch', switchTo('video_main')))
    return { answers, wrong, right: await flows(b, sink, 5000) }
  },
}

export const endingScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `closing/${name}`,
  run,
}))
