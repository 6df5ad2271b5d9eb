import { describeEvents } from '../describe-events.js'
import { postJson } from '../http.js'
import { RawPeer } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import type { ConnectData } from '../wire.js'
import { anyOffer } from './offers.js'
import { flows, switchTo } from './receive.js'

/** The server looks at its timers once a second, and so do we: a moment is known to about a second and a half. */
const about = (seconds: number, expected: number): Json =>
  Math.abs(seconds - expected) <= 1.5 ? `after about ${expected} s` : `after ${seconds.toFixed(1)} s`

const stopwatch = ({ lab }: Target) => {
  const started = lab.now()
  return () => (lab.now() - started) / 1000
}

const post = async (target: Target, run: Run, sdp: string) => {
  const body = {
    room: run.room,
    peer: 'a',
    token: target.token(run.room, 'a'),
    sdp,
    senders: [],
    receivers: { audio: 1, video: 0 },
  }
  const answer = await postJson(target, `${target.url}/webrtc/connect`, body)
  const { data } = JSON.parse(answer.body) as { data: ConnectData }
  run.defer(() => target.lab.http(`${target.url}/webrtc/conn/${data.conn_id}`, { method: 'DELETE' }))
  return data
}

const goneAfter = async (target: Target, conn_id: string, limit: number) => {
  for (const seconds = stopwatch(target); seconds() < limit; await target.lab.pause(200)) {
    const { status } = await postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id, candidate: '' })
    if (status !== 200) return seconds()
  }
  return limit
}

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

const scenarios: Record<string, Scenario['run']> = {
  'a session that is never established': async (target, run) => {
    const { conn_id } = await post(target, run, await anyOffer(target))
    return { gone: about(await goneAfter(target, conn_id, 14), 10) }
  },
  'a session without a channel': async (target, run) => {
    const pc = new target.lab.RTCPeerConnection({})
    run.defer(() => pc.close())
    pc.addTransceiver('audio', { direction: 'recvonly' })
    const offer = await pc.createOffer()
    await pc.setLocalDescription(offer)
    const { conn_id, sdp } = await post(target, run, offer.sdp ?? '')
    await pc.setRemoteDescription({ type: 'answer', sdp })
    return { gone: about(await goneAfter(target, conn_id, 14), 10), connection: pc.connectionState }
  },
  'a client that vanishes': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const relay = target.lab.relay(run)
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], editAnswer: relay.through })
    await b.until(() => b.saw('stream_added', 'audio_main') && b.saw('peer_updated', 'a', 'Connected'))
    relay.cut()
    const seconds = stopwatch(target)
    await b.until(() => b.saw('peer_updated', 'a', 'Reconnecting'), 25_000)
    const reconnecting = about(seconds(), 21)
    await b.until(() => b.saw('peer_removed', 'a') && b.saw('stream_removed', 'audio_main'), 40_000)
    const removed = about(seconds(), 51)
    await b.ping()
    return { reconnecting, removed, probe: await a.probe(), seen: describeEvents(b.events) }
  },
  'four seconds of silence': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const relay = target.lab.relay(run)
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 }, editAnswer: relay.through })
    await b.ask('receiver.switch', switchTo('video_main'))
    const sink = b.sink(b.receivers.video[0]!)
    const before = await flows(b, sink)
    relay.cut()
    await target.lab.pause(4000)
    relay.heal()
    const answered = (await b.request('room.unsubscribe', { peer: 'x' }, 5000)) !== undefined
    const after = await flows(b, sink, 6000)
    await a.ping()
    return { before, answered, after, connection: b.pc.connectionState, seen: describeEvents(a.events) }
  },
  'thirty seconds of silence, then the client revives the path': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const relay = target.lab.relay(run)
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], editAnswer: relay.through })
    await b.until(() => b.saw('stream_added', 'audio_main'))
    relay.cut()
    await target.lab.pause(30_000)
    relay.heal()
    await target.lab.pause(1000)
    const dead = a.pc.connectionState
    // The server's own candidate once more, under a foundation that the client has not seen.
    const candidate =
      /^a=(candidate:.*)$/m
        .exec(a.answer)?.[1]
        ?.trim()
        .replace(/^candidate:\S+/, 'candidate:77001') ?? ''
    await a.pc.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 })
    const revived = await a.until(() => a.pc.connectionState === 'connected', 5000)
    const answered = (await a.request('room.unsubscribe', { peer: 'x' }, 8000)) !== undefined
    await b.until(() => b.events.at(-1)?.data.state?.state === 'Connected', 5000)
    await b.ping()
    return { dead, revived, answered, probe: await a.probe(), seen: describeEvents(b.events) }
  },
  'twenty seconds of silence, then the server is told a candidate of the client': async (target, run) => {
    const relay = target.lab.relay(run)
    const candidates: string[] = []
    const a = await RawPeer.join(target, run, {
      peer: 'a',
      senders: [audio],
      editAnswer: relay.through,
      prepare: ({ pc }) => {
        pc.onicecandidate = ({ candidate }) => void (candidate && candidates.push(candidate.candidate))
      },
    })
    relay.cut()
    await a.until(() => a.pc.connectionState === 'failed', 25_000)
    const dead = a.pc.connectionState
    const own = candidates.find((text) => / udp \d+ [\d.]+ /.test(text)) ?? ''
    const { status } = await postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id: a.connId, candidate: own })
    const healed = await a.until(() => a.pc.connectionState === 'connected', 3000)
    return { dead, told: own !== '', status, healed, probe: await a.probe() }
  },
}

export const timerScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `timers/${name}`,
  slow: true,
  timeoutMs: 80_000,
  run,
}))
