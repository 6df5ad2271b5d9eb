import { describeEvents } from '../describe-events.js'
import { describeLines, describeSdp } from '../describe-sdp.js'
import { RawPeer, senderInfo, unanswered } from '../raw-client.js'
import type { Json, Scenario } from '../scenario.js'
import type { WireAnswer } from '../wire.js'
import { flows, switchTo } from './receive.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

const told = (answer: WireAnswer | undefined): Json => {
  if (!answer) return unanswered
  const sdp = (answer.data as { sdp?: string } | null)?.sdp
  return { success: answer.success, data: sdp ? describeLines(sdp) : answer.data }
}

const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]

const scenarios: Record<string, Scenario['run']> = {
  'nothing changed': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], receivers: { video: 1 } })
    const answer = await a.renegotiate([senderInfo(audio)])
    return { answer: told(answer), state: a.pc.signalingState }
  },
  'a sender and a receiver line more': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], receivers: { audio: 1 } })
    a.addSender(video)
    a.addReceiver('audio')
    const answer = await a.renegotiate([senderInfo(audio), senderInfo(video)])
    await b.until(() => b.saw('stream_added', 'video_main'))
    await b.ask('receiver.switch', switchTo('video_main'))
    const decoded = await flows(b, b.sink(b.receivers.video[0]!))
    const answers = [await a.ask('receiver.disconnect', { id: 'audio_1' })]
    return { answer: told(answer), whole: describeSdp(a.answer), decoded, answers, seen: describeEvents(b.events) }
  },
  'only the new entry in senders': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio] })
    a.addSender(video)
    const answer = await a.renegotiate([senderInfo(video)])
    await a.until(() => a.saw('stream_added', 'video_main'))
    await a.ping()
    return { answer: told(answer), seen: describeEvents(a.events) }
  },
  'a receiver that is added receives': async (target, run) => {
    await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const receiver = b.addReceiver('video')
    await b.renegotiate()
    const answer = await b.ask('receiver.switch', switchTo('video_main'))
    return { answer, decoded: await flows(b, b.sink(receiver)) }
  },
  'a sender line becomes inactive': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b' })
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio, video] })
    await b.until(() => b.saw('stream_added', 'video_main') && b.saw('stream_added', 'audio_main'))
    a.senders.get('video_main')!.direction = 'inactive'
    const answer = await a.renegotiate([senderInfo(audio), senderInfo(video)])
    await b.until(() => b.saw('stream_removed', 'video_main'))
    const toggle = await a.ask('sender.toggle', { name: 'video_main', kind: 'video', track: 'track' })
    await b.ping()
    return { answer: told(answer), toggle, seen: describeEvents(b.events) }
  },
  'a sender line that was inactive stays dead': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    await a.until(() => a.saw('stream_added', 'video_main'))
    const line = a.senders.get('video_main')!
    line.direction = 'inactive'
    await a.renegotiate([senderInfo(video)])
    await a.until(() => a.saw('stream_removed', 'video_main'))
    line.direction = 'sendonly'
    const answer = await a.renegotiate([{ ...senderInfo(video), uuid: 'another' }])
    await a.until(() => a.events.filter(({ event }) => event === 'stream_added').length > 1, 1000)
    await a.ping()
    return { answer: told(answer), seen: describeEvents(a.events) }
  },
  'a receiver line becomes inactive': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 2 } })
    await a.until(() => a.saw('stream_added', 'video_main'))
    b.receivers.video[0]!.direction = 'inactive'
    const answer = await b.renegotiate()
    const answers = [
      await b.ask('receiver.switch', switchTo('video_main', 'video_0')),
      await b.ask('receiver.switch', switchTo('video_main', 'video_1')),
    ]
    return { answer: told(answer), answers, decoded: await flows(b, b.sink(b.receivers.video[1]!)) }
  },
  'a receiver line added beside an inactive one': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    b.receivers.video[0]!.direction = 'inactive'
    const first = await b.renegotiate()
    b.addReceiver('video')
    const second = await b.renegotiate()
    const answers = [
      await b.ask('receiver.disconnect', { id: 'video_0' }),
      await b.ask('receiver.disconnect', { id: 'video_1' }),
    ]
    return { first: told(first), second: told(second), answers }
  },
  'a name is used again after its line went inactive': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    await a.until(() => a.saw('stream_added', 'video_main'))
    a.senders.get('video_main')!.direction = 'inactive'
    await a.renegotiate([senderInfo(video)])
    await a.until(() => a.saw('stream_removed', 'video_main'))
    a.addSender(video)
    await a.renegotiate([senderInfo(video)])
    await a.until(() => a.events.filter(({ event }) => event === 'stream_added').length > 1, 1000)
    const sameUuid = a.events.filter(({ event }) => event === 'stream_added').length - 1
    a.addSender(video)
    await a.renegotiate([{ ...senderInfo(video), uuid: 'another' }])
    await a.until(() => a.events.filter(({ event }) => event === 'stream_added').length > 1, 3000)
    const newUuid = a.events.filter(({ event }) => event === 'stream_added').length - 1
    return { 'announced again with the same uuid': sameUuid, 'and after another uuid': newUuid }
  },
  'an offer without ICE credentials': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio] })
    const { sdp = '' } = await a.pc.createOffer()
    const body = { senders: [senderInfo(audio)], receivers: { audio: 0, video: 0 } }
    const bare = sdp.replace(/^a=ice-(ufrag|pwd):.*\r\n/gm, '')
    const unbundled = sdp.replace(/^a=group:BUNDLE.*\r\n/gm, '')
    const noCredentials = await a.request('peer.updateSdp', { ...body, sdp: bare })
    const noBundle = await a.request('peer.updateSdp', { ...body, sdp: unbundled })
    return {
      noCredentials: told(noCredentials),
      noBundle: told(noBundle),
      whole: told(await a.renegotiate([senderInfo(audio)])),
    }
  },
  'fewer lines than before': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', senders: [audio], receivers: { video: 1 } })
    const { sdp = '' } = await a.pc.createOffer()
    const [head = '', first = '', second = '', last = ''] = sdp.split(/^(?=m=)/m)
    const offering = async (mids: string, ...lines: string[]) => {
      const shorter = head.replace(/^a=group:BUNDLE.*$/m, `a=group:BUNDLE ${mids}`) + lines.join('')
      return told(await a.request('peer.updateSdp', { sdp: shorter, senders: [], receivers: { audio: 0, video: 0 } }))
    }
    const withoutLast = await offering('0 1', first, second)
    const withoutMiddle = await offering('0 2', first, last)
    return { withoutLast, withoutMiddle, whole: told(await a.renegotiate([senderInfo(audio)])) }
  },
  'an ICE restart by re-offer': async (target, run) => {
    const b = await RawPeer.join(target, run, { peer: 'b', receivers: { video: 1 } })
    await RawPeer.join(target, run, { peer: 'a', senders: [video] })
    await b.ask('receiver.switch', switchTo('video_main'))
    const sink = b.sink(b.receivers.video[0]!)
    await flows(b, sink)
    const before = ufrag(b.answer)
    const states: string[] = []
    b.pc.onconnectionstatechange = () => states.push(b.pc.connectionState)
    const answer = await b.renegotiate([], { iceRestart: true })
    await b.ping()
    const decoded = await flows(b, sink)
    const broken = states.filter((state) => state === 'disconnected' || state === 'failed')
    return {
      answer: told(answer),
      newUfrag: ufrag(b.answer) !== before,
      broken,
      channel: b.channel.readyState,
      decoded,
    }
  },
  'a long answer is lost': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a' })
    for (let n = 0; n < 60; n++) a.addReceiver('video')
    await a.makeOffer()
    const answer = await a.ask('peer.updateSdp', { sdp: a.offer, senders: [], receivers: { audio: 0, video: 60 } })
    return { answer: answer === unanswered ? answer : 'answered' }
  },
  'many lines by HTTP are not lost': async (target, run) => {
    const a = await RawPeer.join(target, run, { peer: 'a', receivers: { video: 30 } })
    return {
      lines: (a.answer.match(/^m=video/gm) ?? []).length,
      last: await a.ask('receiver.disconnect', { id: 'video_29' }),
    }
  },
}

export const renegotiationScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `renegotiation/${name}`,
  run,
}))
