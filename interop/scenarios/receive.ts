import { RawPeer } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

export const switchTo = (stream: string, id = 'video_0', peer = 'a') => ({
  id,
  priority: 100,
  remote: { peer, stream },
})

const pair = async (target: Target, run: Run) => {
  const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
  const b = await RawPeer.join(target, run, { peer: 'b', receivers: { audio: 1, video: 1 } })
  await b.until(() => b.saw('stream_added', 'audio_main') && b.saw('stream_added', 'video_main'))
  return { a, b, picture: b.sink(b.receivers.video[0]!), sound: b.sink(b.receivers.audio[0]!) }
}

/** Frames still arrive after this moment; `frames` is small because only the fact counts. */
export const flows = (peer: RawPeer, sink: { count: number }, ms = 3000, frames = 3) => {
  const before = sink.count
  return peer.until(() => sink.count >= before + frames, ms)
}

/** What was in flight has arrived by now; a quarter of a second is five frames' time. */
const stopsWithin = async (peer: RawPeer, sink: { count: number }) => {
  for (let quiet = 0; quiet < 8; quiet++) if (!(await flows(peer, sink, 400, 1))) return true
  return false
}

const scenarios: Record<string, Scenario['run']> = {
  'video: switch, then decoded frames': async (target, run) => {
    const { b, picture } = await pair(target, run)
    const answer = await b.ask('receiver.switch', switchTo('video_main'))
    const decoded = await flows(b, picture)
    return { answer, decoded, size: { ...picture.size } as Json }
  },
  'audio: switch, then sound': async (target, run) => {
    const { b, sound } = await pair(target, run)
    const answer = await b.ask('receiver.switch', switchTo('audio_main', 'audio_0'))
    return { answer, sound: await flows(b, sound) }
  },
  'nothing arrives without a switch': async (target, run) => {
    const { b, picture, sound } = await pair(target, run)
    return { picture: await flows(b, picture, 500, 1), sound: await flows(b, sound, 10, 1) }
  },
  'a switch before the stream exists is kept': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    const answer = await b.ask('receiver.switch', switchTo('video_main'))
    await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    return { answer, decoded: await flows(b, b.sink(b.receivers.video[0]!)) }
  },
  'switch to another source': async (target, run) => {
    const { b, picture } = await pair(target, run)
    await RawPeer.join(target, run, { peer: 'c', senders: [{ ...video, size: { width: 160, height: 120 } }] })
    await b.ask('receiver.switch', switchTo('video_main'))
    await flows(b, picture)
    const answer = await b.ask('receiver.switch', switchTo('video_main', 'video_0', 'c'))
    const changed = await b.until(() => picture.size?.width === 160)
    return { answer, changed }
  },
  'disconnect, and switch again': async (target, run) => {
    const { b, picture } = await pair(target, run)
    await b.ask('receiver.switch', switchTo('video_main'))
    await flows(b, picture)
    const answers = [await b.ask('receiver.disconnect', { id: 'video_0' })]
    const stopped = await stopsWithin(b, picture)
    answers.push(await b.ask('receiver.disconnect', { id: 'video_0' }))
    answers.push(await b.ask('receiver.switch', switchTo('video_main')))
    return { answers, stopped, again: await flows(b, picture) }
  },
  'limit of a single layer': async (target, run) => {
    const { b, picture } = await pair(target, run)
    const limit = { priority: 1, max_spatial: 0, max_temporal: 0 }
    await b.ask('receiver.switch', switchTo('video_main'))
    const answer = await b.ask('receiver.limit', { id: 'video_0', limit })
    return { answer, decoded: await flows(b, picture, 3000, 1), size: { ...picture.size } as Json }
  },
  'simulcast: the lowest layer': async (target, run) => {
    const sendEncodings = [{ rid: '0', scaleResolutionDownBy: 2 }, { rid: '1' }]
    await RawPeer.join(target, run, {
      peer: 'a',
      senders: [{ ...video, size: { width: 640, height: 360 }, sendEncodings }],
    })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    const limit = { priority: 1, max_spatial: 0, max_temporal: 2 }
    const answers = [
      await b.ask('receiver.switch', switchTo('video_main')),
      await b.ask('receiver.limit', { id: 'video_0', limit }),
    ]
    const picture = b.sink(b.receivers.video[0]!)
    return { answers, decoded: await flows(b, picture, 5000, 5), size: { ...picture.size } as Json }
  },
  'own stream': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video], receivers: { video: 1 } })
    const answer = await a.ask('receiver.switch', switchTo('video_main'))
    return { answer, decoded: await flows(a, a.sink(a.receivers.video[0]!)) }
  },
  'one stream to three receivers': async (target, run) => {
    await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 3 } })
    const sinks = b.receivers.video.map((transceiver) => b.sink(transceiver))
    for (const n of [0, 1, 2]) await b.ask('receiver.switch', switchTo('video_main', `video_${n}`))
    const decoded: boolean[] = []
    for (const sink of sinks) decoded.push(await b.until(() => sink.count > 0))
    return { decoded }
  },
  'a pause of the sender is nothing to others': async (target, run) => {
    const { a, b, picture } = await pair(target, run)
    await b.ask('receiver.switch', switchTo('video_main'))
    await flows(b, picture)
    const { sender } = a.senders.get('video_main')!
    const { track } = sender
    const eventsBefore = b.events.length
    await sender.replaceTrack(null)
    const stopped = await stopsWithin(b, picture)
    await sender.replaceTrack(track)
    const resumed = await flows(b, picture)
    await b.ping()
    return { stopped, resumed, events: b.events.slice(eventsBefore).map(({ event }) => event) }
  },
  'the source leaves': async (target, run) => {
    const { a, b, picture } = await pair(target, run)
    await b.ask('receiver.switch', switchTo('video_main'))
    await flows(b, picture)
    a.close()
    await b.until(() => b.saw('stream_removed', 'video_main'))
    const stopped = await stopsWithin(b, picture)
    return { stopped, muted: b.receivers.video[0]!.receiver.track.readyState }
  },
}

export const receiveScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `receive/${name}`,
  run,
}))
