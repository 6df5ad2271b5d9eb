import { describeEvents, eventShape } from '../describe-events.js'
import { RawPeer, type SenderLine } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import { switchTo } from './receive.js'

const audio = { kind: 'audio', name: 'audio_main' } as const

const layered = {
  kind: 'video',
  name: 'video_main',
  size: { width: 640, height: 360 },
  sendEncodings: [{ rid: '0', scaleResolutionDownBy: 2 }, { rid: '1' }],
} satisfies SenderLine

const pair = async (target: Target, run: Run) => {
  const b = await RawPeer.join(target, run, { peer: 'b' })
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio] })
  await b.until(() => b.saw('stream_added', 'audio_main'))
  return { a, b }
}

const gone = (watcher: RawPeer, peer = 'a') =>
  watcher.until(() => watcher.saw('peer_removed', peer) && watcher.saw('stream_removed', 'audio_main'))

/** The side that was closed, once everybody else knows: the server does not tell it. */
const left = async (a: RawPeer): Promise<Json> => ({
  probe: await a.probe(),
  deleteAgain: await a.delete(),
  channel: a.channel.readyState,
  connection: a.pc.connectionState,
})

const closing =
  (close: (a: RawPeer) => unknown): Scenario['run'] =>
  async (target, run) => {
    const { a, b } = await pair(target, run)
    const result = (await close(a)) ?? null
    await gone(b)
    await b.ping()
    const removed = ['peer_removed', 'stream_removed'].map((name) =>
      eventShape(b.events.find(({ event }) => event === name)),
    )
    return { result: result as Json, seen: describeEvents(b.events), removed, left: await left(a) }
  }

const again = async (target: Target, run: Run) => {
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio] })
  await a.until(() => a.saw('stream_added', 'audio_main'))
  return a
}

/** The watcher was told of the stream for the nth time; the third connect comes as an update. */
const announced = (watcher: RawPeer, times: number) =>
  watcher.until(() => watcher.events.filter(({ event }) => /^stream_(added|updated)$/.test(event)).length >= times)

const counts = (watcher: RawPeer): Json => {
  const count = (name: string) => watcher.events.filter(({ event }) => event === name).length
  return Object.fromEntries(
    ['peer_added', 'peer_removed', 'stream_added', 'stream_removed'].map((name) => [name, count(name)]),
  )
}

const scenarios: Record<string, Scenario['run']> = {
  'peer.close': closing(async (a) => {
    const before = a.answers.length
    a.send(JSON.stringify({ type: 'request', req_id: 900_001, request: 'peer.close', data: {} }))
    await a.until(() => false, 300)
    return { answers: a.answers.length - before }
  }),
  'peer.close without data': closing((a) => {
    a.send(JSON.stringify({ type: 'request', req_id: 900_001, request: 'peer.close' }))
  }),
  DELETE: closing(async (a) => ({ status: await a.delete() })),
  'pc.close': closing((a) => a.close()),
  'channel.close': closing((a) => a.channel.close()),
  'a second channel is closed': closing(async (a) => {
    const second = a.pc.createDataChannel('second')
    await a.until(() => second.readyState === 'open')
    second.close()
  }),
  'what a closed session is sent is not answered': async (target, run) => {
    const { a, b } = await pair(target, run)
    await a.delete()
    await gone(b)
    return { answer: (await a.request('room.unsubscribe', { peer: 'x' }, 500)) ? 'answered' : 'not answered' }
  },
  'a limit of 3 on a simulcast source ends the session': async (target, run) => {
    const watcher = await RawPeer.join(target, run, { peer: 'watcher' })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [layered] })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    await a.until(() => a.saw('stream_added', 'video_main'))
    await b.request('receiver.switch', switchTo('video_main'))
    const sink = b.sink(b.receivers.video[0]!)
    await b.until(() => sink.count > 0)
    const limit = { priority: 1, max_spatial: 3, max_temporal: 2 }
    const answer = await b.request('receiver.limit', { id: 'video_0', limit })
    const removed = await watcher.until(() => watcher.saw('peer_removed', 'b'))
    const later = await b.request('room.unsubscribe', { peer: 'x' }, 1000)
    const alive = { a: await a.probe(), watcher: (await watcher.ping()).success }
    return {
      answer: answer?.data ?? null,
      removed,
      later: later ? 'answered' : 'not answered',
      probe: await b.probe(),
      alive,
    }
  },
  'the same peer connects again': async (target, run) => {
    const { a, b } = await pair(target, run)
    const second = await again(target, run)
    await b.until(() => b.events.filter(({ event }) => event === 'stream_added').length === 2)
    await b.ping()
    return { first: await left(a), second: await second.probe(), seen: counts(b) }
  },
  'the same peer connects a third time': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const sessions: RawPeer[] = []
    let known = 0
    for (let n = 1; n <= 3; n++) {
      // The kick of the first by the second may be told before or after the second's own news; only the third is compared.
      known = b.events.length
      sessions.push(await again(target, run))
      await announced(b, n)
      await b.until(() => b.events.findLast(({ data }) => !data.stream)?.data.state?.state === 'Connected')
      await b.ping()
    }
    const probes: number[] = []
    for (const session of sessions) probes.push(await session.probe())
    return { probes, 'seen of the third': describeEvents(b.events.slice(known)) }
  },
  'DELETE, then the same peer connects again, three times': async (target, run) => {
    const { a, b } = await pair(target, run)
    const deleted = [await a.delete()]
    for (let n = 0; n < 2; n++) {
      const next = await again(target, run)
      deleted.push(await next.delete())
    }
    const last = await again(target, run)
    await b.until(() => b.events.filter(({ event }) => event === 'stream_added').length === 4)
    await b.ping()
    return { deleted, last: await last.probe(), seen: counts(b) }
  },
  'the same peer in another room is another peer': async (target, run) => {
    const a = await again(target, run)
    const other = await again(target, { ...run, room: `${run.room}-other` })
    await a.ping()
    return { first: await a.probe(), other: await other.probe(), seen: counts(a) }
  },
  'an orphan that ends takes the keys of the living one': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    await again(target, run)
    const orphan = await again(target, run)
    const living = await again(target, run)
    await announced(b, 3)
    await b.ping()
    const before = b.events.length
    await orphan.delete()
    await b.until(() => b.events.slice(before).some(({ event }) => event === 'peer_removed'), 2000)
    await b.ping()
    const late = await RawPeer.join(target, run, { peer: 'late' })
    await late.until(() => late.saw('peer_added', 'a'), 500)
    const after = b.events.slice(before).filter(({ data }) => data.peer === 'a')
    return {
      living: await living.probe(),
      seen: describeEvents(after),
      late: late.events.filter(({ data }) => data.peer === 'a').map(({ event }) => event),
    }
  },
}

export const closingScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `closing/${name}`,
  run,
}))
