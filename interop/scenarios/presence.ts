import { describeEvents } from '../describe-events.js'
import { RawPeer } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'

const audio = { kind: 'audio', name: 'audio_main' } as const

const eventsOf = (watcher: RawPeer, peer: string): Json =>
  describeEvents(watcher.events.filter(({ data }) => data.peer === peer))

const count = (peer: RawPeer, name: string) => peer.events.filter(({ event }) => event === name).length

/** What was on its way has come, and what never comes had the time to. */
const settle = async (...peers: RawPeer[]) => {
  for (const peer of peers) await peer.until(() => false, 150)
  for (const peer of peers) await peer.ping()
}

const publisher = async (target: Target, run: Run, body: Record<string, unknown> = {}) => {
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], body })
  await a.until(() => a.saw('stream_added', 'audio_main'))
  return a
}

/** Nothing of the stream is on its way any more. */
const silence = async (peer: RawPeer) => {
  await peer.senders.get('audio_main')!.sender.replaceTrack(null)
  await settle(peer)
}

const toggle = (peer: RawPeer, track: string | null, more: object = {}) =>
  peer.ask('sender.toggle', { name: 'audio_main', kind: 'audio', track, ...more })

const scenarios: Record<string, Scenario['run']> = {
  'pub_scope stream_only leaves a ghost, until the peer joins in full': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const ghost = await publisher(target, run, { pub_scope: 'stream_only' })
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    await ghost.delete()
    await watcher.until(() => watcher.saw('stream_removed', 'audio_main'))
    await settle(watcher)
    const late = await RawPeer.join(target, run, { peer: 'late' })
    await settle(late)
    const whole = await publisher(target, run)
    await whole.delete()
    await watcher.until(() => watcher.saw('peer_removed', 'a'))
    await settle(watcher)
    const last = await RawPeer.join(target, run, { peer: 'last' })
    await settle(last)
    return { watcher: eventsOf(watcher, 'a'), late: eventsOf(late, 'a'), last: eventsOf(last, 'a') }
  },
  'sub_scope Manual: subscribed before the peer is there': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w', body: { sub_scope: 'Manual' } })
    const answers = [await watcher.ask('room.subscribe', { peer: 'a' })]
    const a = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    answers.push(await watcher.ask('room.subscribe', { peer: 'a' }))
    await settle(watcher)
    const twice = eventsOf(watcher, 'a')
    answers.push(await watcher.ask('room.unsubscribe', { peer: 'a' }))
    await toggle(a, null)
    await toggle(a, 'x')
    await a.until(() => count(a, 'stream_added') > 1)
    await settle(watcher)
    const unsubscribed = eventsOf(watcher, 'a')
    answers.push(await watcher.ask('room.subscribe', { peer: 'a' }))
    await settle(watcher)
    return { answers, twice, unsubscribed, again: eventsOf(watcher, 'a') }
  },
  'sub_scope Manual: subscribed to itself': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], body: { sub_scope: 'Manual' } })
    const answer = await a.ask('room.subscribe', { peer: 'a' })
    await a.until(() => a.saw('stream_added', 'audio_main'), 1000)
    await settle(a)
    return { answer, seen: describeEvents(a.events) }
  },
  'sub_scope stream_only: a peer comes, toggles and goes': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w', body: { sub_scope: 'stream_only' } })
    const a = await publisher(target, run)
    await toggle(a, null)
    await watcher.until(() => count(watcher, 'stream_removed') > 0)
    await toggle(a, 'x')
    await watcher.until(() => count(watcher, 'stream_added') > 1)
    await a.delete()
    await watcher.until(() => count(watcher, 'stream_removed') > 1)
    await settle(watcher)
    return describeEvents(watcher.events)
  },
  'toggled off and sent on: back with the next packet, also twice': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    const answers = [await toggle(a, 'x'), await toggle(a, 'y', { label: 'label' })]
    await settle(watcher)
    const on = eventsOf(watcher, 'a')
    for (const times of [2, 3]) {
      answers.push(await toggle(a, null))
      await watcher.until(() => count(watcher, 'stream_added') === times)
    }
    answers.push(await toggle(a, 'x'))
    const late = await RawPeer.join(target, run, { peer: 'late' })
    await settle(late)
    return { answers, on, off: eventsOf(watcher, 'a'), late: eventsOf(late, 'a') }
  },
  'toggled off and silent, twice, then gone': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = await publisher(target, run)
    await watcher.until(() => watcher.saw('stream_added', 'audio_main'))
    await silence(a)
    const answers = [await toggle(a, null), await toggle(a, null), await toggle(a, 'x')]
    await settle(watcher)
    const late = await RawPeer.join(target, run, { peer: 'late' })
    await settle(late)
    await a.delete()
    await watcher.until(() => watcher.saw('peer_removed', 'a'))
    await settle(watcher)
    return { answers, watcher: eventsOf(watcher, 'a'), late: eventsOf(late, 'a') }
  },
  'two peers with streams of one name': async (target, run) => {
    const a = await publisher(target, run)
    const b = await RawPeer.join(target, run, { peer: 'b', senders: [audio] })
    await a.until(() => a.events.some(({ data }) => data.peer === 'b' && data.stream === 'audio_main'))
    await a.until(
      () => a.events.findLast(({ data }) => data.peer === 'b' && !data.stream)?.data.state?.state === 'Connected',
    )
    await b.until(() => b.events.some(({ data }) => data.peer === 'a' && data.stream === 'audio_main'))
    await settle(a, b)
    return { a: describeEvents(a.events), b: describeEvents(b.events) }
  },
  'a peer whose session is never established is there and goes': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'w' })
    const a = new RawPeer(target, run.room, 'a')
    run.defer(() => a.leave())
    // the answer is not applied in a way that leads anywhere
    await a.connect({ peer: 'a', open: false, editAnswer: (sdp) => sdp.replaceAll(/^a=candidate:.*\r\n/gm, '') })
    await watcher.until(() => watcher.saw('peer_added', 'a'))
    const before = eventsOf(watcher, 'a')
    await a.delete()
    await watcher.until(() => watcher.saw('peer_removed', 'a'))
    await settle(watcher)
    return { before, after: eventsOf(watcher, 'a') }
  },
}

export const presenceScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `publish/${name}`,
  run,
}))
