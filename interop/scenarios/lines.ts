import { describeEvents } from '../describe-events.js'
import { describeLines, describeSdp } from '../describe-sdp.js'
import { RawPeer, senderInfo, unanswered } from '../raw-client.js'
import type { Json, Run, Scenario, Target } from '../scenario.js'
import type { SenderInfo } from '../wire.js'

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

/** What the answer says to an offer that is only sent: libwebrtc itself would never make or take most of these. */
const showing = async (peer: RawPeer, sdp: string, senders: SenderInfo[] = [], whole = false): Promise<Json> => {
  const answer = (await peer.ask('peer.updateSdp', { sdp, senders, receivers: { audio: 0, video: 0 } })) as {
    success?: boolean
    data?: { sdp: string } | null
  }
  if (typeof answer === 'string') return unanswered
  if (!answer.data) return answer as Json
  return whole ? describeSdp(answer.data.sdp) : describeLines(answer.data.sdp)
}

const sectionsOf = (sdp: string) => sdp.split(/^(?=m=)/m)

const bundling = (head: string, mids: readonly string[]) =>
  head.replace(/^a=group:BUNDLE.*$/m, `a=group:BUNDLE ${mids.join(' ')}`)

const midOf = (section: string) => /^a=mid:(\S+)/m.exec(section)?.[1] ?? ''

/** An offer put together again from sections, with a BUNDLE group of all of them. */
const joined = (head: string, sections: readonly string[]) => bundling(head, sections.map(midOf)) + sections.join('')

interface Parts {
  readonly head: string
  readonly sections: string[]
}

/** A sender line, a receiver line and the channel; each edit is shown the offer of the moment, and all go one after the other. */
const editing =
  (...edits: readonly ((parts: Parts) => string)[]): Scenario['run'] =>
  async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a', senders: [audio], receivers: { video: 1 } })
    const { sdp = '' } = await peer.pc.createOffer()
    const seen: Json[] = []
    for (const edit of edits) {
      const [head = '', ...sections] = sectionsOf(sdp)
      seen.push(await showing(peer, edit({ head, sections })))
    }
    return {
      seen,
      unchanged: await showing(peer, sdp),
      requests: await peer.ask('receiver.disconnect', { id: 'video_0' }),
    }
  }

const change =
  (index: number, edit: (section: string) => string) =>
  ({ head, sections }: Parts) =>
    joined(
      head,
      sections.map((section, n) => (n === index ? edit(section) : section)),
    )

const stopped = (section: string) =>
  section.replace(/^(m=\S+) \d+/, '$1 0').replace(/^a=(sendonly|recvonly)/m, 'a=inactive')
const renamed = (mid: string) => (section: string) => section.replace(/^a=mid:.*(?=\r)/m, `a=mid:${mid}`)
const directed = (direction: string) => (section: string) =>
  section.replace(/^a=(sendonly|recvonly|inactive|sendrecv)/m, `a=${direction}`)

const everywhere =
  (pattern: RegExp, to: string) =>
  ({ head, sections }: Parts) =>
    joined(head, sections).replaceAll(pattern, to)

const offers: Record<string, Scenario['run']> = {
  'a line is stopped': editing(change(1, stopped), change(1, stopped)),
  'port 0 alone': editing(
    change(0, (section) => section.replace(/^(m=\S+) \d+/, '$1 0')),
    change(1, (section) => section.replace(/^(m=\S+) \d+/, '$1 0')),
  ),
  'a new line of port 0': editing(({ head, sections }) =>
    joined(head, [...sections, renamed('9')(sections[1]!.replace(/^(m=\S+) \d+/, '$1 0'))]),
  ),
  'a stopped sender line': editing(change(0, stopped)),
  'a stopped line whose place is taken by a new one': editing(change(1, stopped), ({ head, sections }) =>
    joined(head, [sections[0]!, renamed('9')(sections[1]!), sections[2]!]),
  ),
  'a stopped line that is left out of BUNDLE': editing(
    ({ head, sections }) => bundling(head, ['0', '2']) + [sections[0], stopped(sections[1]!), sections[2]].join(''),
  ),
  'a changed mid': editing(change(1, renamed('9')), change(1, renamed('9'))),
  'a mid that is used twice': editing(change(1, renamed('0'))),
  'another mid of the channel': editing(change(2, renamed('9'))),
  'lines in another order': editing(({ head, sections: [first = '', second = '', last = ''] }) =>
    joined(head, [second, first, last]),
  ),
  'another kind of a line': editing(change(1, (section) => section.replace('m=video', 'm=audio'))),
  'no fingerprint': editing(everywhere(/^a=fingerprint:.*\r\n/gm, '')),
  'another fingerprint': editing(everywhere(/^(a=fingerprint:sha-256 )../gm, '$1AA')),
  'setup active': editing(everywhere(/^a=setup:actpass/gm, 'a=setup:active')),
  'setup passive': editing(everywhere(/^a=setup:actpass/gm, 'a=setup:passive')),
  'no setup': editing(everywhere(/^a=setup:.*\r\n/gm, '')),
  'no mid': editing(change(1, (section) => section.replace(/^a=mid:.*\r\n/m, ''))),
  'no direction': editing(change(1, (section) => section.replace(/^a=recvonly\r\n/m, ''))),
  'no channel any more': editing(({ head, sections }) => joined(head, sections.slice(0, 2))),
  'only the channel': editing(({ head, sections }) => joined(head, sections.slice(2))),
  'a second channel line': editing(({ head, sections }) => joined(head, [...sections, renamed('9')(sections[2]!)])),
  'BUNDLE of one line only': editing(({ head, sections }) => bundling(head, ['0']) + sections.join('')),
  'a line in front of the others': editing(({ head, sections }) =>
    joined(head, [renamed('9')(sections[1]!), ...sections]),
  ),
  'a sender line turned to receive': editing(change(0, directed('recvonly'))),
  'a receiver line turned to send': editing(change(1, directed('sendonly'))),
  'a sender line in both directions': editing(change(0, directed('sendrecv'))),
  'inactive and back': editing(change(1, directed('inactive')), change(1, directed('recvonly'))),
  'a new line that is inactive, then receives': editing(
    ({ head, sections }) => joined(head, [...sections, renamed('9')(directed('inactive')(sections[1]!))]),
    ({ head, sections }) => joined(head, [...sections, renamed('9')(sections[1]!)]),
  ),
  'a new line in both directions': editing(({ head, sections }) =>
    joined(head, [...sections, renamed('9')(directed('sendrecv')(sections[1]!))]),
  ),
  'credentials at session level': editing(({ head, sections }) => {
    const shared = [...(sections[0] ?? '').matchAll(/^a=(ice-ufrag|ice-pwd|fingerprint|setup):.*\r\n/gm)].map(
      ([line]) => line,
    )
    const bare = sections.map((section) => section.replaceAll(/^a=(ice-ufrag|ice-pwd|fingerprint|setup):.*\r\n/gm, ''))
    return joined(head + shared.join(''), bare)
  }),
}

const added = (peer: RawPeer) =>
  peer.events.filter(({ event }) => event === 'stream_added').map(({ data }) => data.stream ?? '')

const watched = async (target: Target, run: Run, senders: (typeof audio | typeof video)[]) => {
  const peer = await RawPeer.join(target, run, { peer: 'a', senders })
  await peer.until(() => senders.every(({ name }) => peer.saw('stream_added', name)))
  return peer
}

/** Until something came or a while after the last line was negotiated; what never comes has no event to wait for. */
const laterStreams = async (peer: RawPeer, count: number): Promise<Json> => {
  await peer.until(() => added(peer).length >= count, 1000)
  await peer.ping()
  return describeEvents(peer.events)
}

const senders: Record<string, Scenario['run']> = {
  'senders: surplus entries wait for later lines': async (target, run) => {
    const later = { kind: 'audio', name: 'later', uuid: 'u-later' } as const
    const peer = await RawPeer.join(target, run, {
      peer: 'a',
      senders: [audio],
      body: { senders: [senderInfo(audio), senderInfo(later)] },
    })
    await peer.until(() => peer.saw('stream_added', audio.name))
    peer.addSender({ kind: 'audio', name: 'unannounced' })
    await peer.renegotiate()
    return laterStreams(peer, 2)
  },
  'senders: another uuid of a live one is taken by the next line': async (target, run) => {
    const peer = await watched(target, run, [audio])
    const fresh = { kind: 'audio', name: 'fresh', uuid: 'u-fresh' } as const
    peer.addSender(fresh)
    await peer.renegotiate([{ ...senderInfo(audio), uuid: 'changed' }, senderInfo(fresh)])
    return laterStreams(peer, 2)
  },
  'senders: only the order within a kind counts': async (target, run) => {
    const second = { kind: 'audio', name: 'audio_second' } as const
    const peer = await RawPeer.join(target, run, {
      peer: 'a',
      senders: [audio, video, second],
      body: { senders: [video, audio, second].map(senderInfo) },
    })
    return laterStreams(peer, 3)
  },
  'senders: of no sender line, then lines': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a', body: { senders: [senderInfo(audio)] } })
    peer.addSender(audio)
    await peer.renegotiate([senderInfo(audio)])
    return laterStreams(peer, 1)
  },
  'senders: a sendrecv line is no receiver': async (target, run) => {
    const peer = await RawPeer.join(target, run, {
      peer: 'a',
      prepare: (raw) => void (raw.addSender(audio).direction = 'sendrecv'),
      body: { senders: [senderInfo(audio)] },
    })
    const events = await laterStreams(peer, 1)
    return { events, receiver: await peer.ask('receiver.disconnect', { id: 'audio_0' }) }
  },
  'senders: a stream without packets is announced with its first': async (target, run) => {
    const peer = await RawPeer.join(target, run, {
      peer: 'a',
      prepare: (raw) => void raw.pc.addTransceiver('audio', { direction: 'sendonly' }),
      body: { senders: [senderInfo(audio)] },
    })
    const toggled = await peer.ask('sender.toggle', { name: audio.name, kind: 'audio', track: 'x' })
    const before = added(peer)
    const line = peer.addSender({ kind: 'audio', name: 'source' })
    const { track } = line.sender
    await line.sender.replaceTrack(null)
    await peer.pc.getTransceivers()[0]!.sender.replaceTrack(track)
    return { toggled, before, after: await laterStreams(peer, 1) }
  },
  'senders: direction recvonly of a live one removes nothing': async (target, run) => {
    const peer = await watched(target, run, [audio])
    const { sdp = '' } = await peer.pc.createOffer()
    const answer = await showing(peer, sdp.replace('a=sendonly', 'a=recvonly'))
    return { answer, events: await laterStreams(peer, 2) }
  },
}

const answers: Record<string, Scenario['run']> = {
  'an answer of 40 KB arrives': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a' })
    for (let n = 0; n < 12; n++) peer.addReceiver('video')
    const answer = await peer.renegotiate()
    return { success: answer?.success ?? unanswered, last: await peer.ask('receiver.disconnect', { id: 'video_11' }) }
  },
  'pipelined offers are answered in order': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a', receivers: { audio: 1 } })
    const { sdp = '' } = await peer.pc.createOffer()
    const [head = '', ...sections] = sectionsOf(sdp)
    const growing = [1, 2, 3].map((count) =>
      joined(head, [...sections, ...Array.from({ length: count }, (_, n) => renamed(`9${n}`)(sections[0]!))]),
    )
    const data = growing.map((text) => ({ sdp: text, senders: [], receivers: { audio: 1, video: 0 } }))
    const frames = data.map((one, n) =>
      JSON.stringify({ type: 'request', req_id: 900_000 + n, request: 'peer.updateSdp', data: one }),
    )
    const answered = await peer.answersTo(...frames)
    return answered.map(({ req_id, success, data: told }) => ({
      req_id,
      success,
      lines: describeLines((told as { sdp: string }).sdp),
    }))
  },
  'an ICE restart that is rolled back, then another': async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a', receivers: { audio: 1 } })
    const { sdp = '' } = await peer.pc.createOffer({ iceRestart: true })
    const lost = await showing(peer, sdp)
    const ping = (await peer.ping()).success
    const again = await peer.renegotiate([], { iceRestart: true })
    await peer.ping()
    return { lost, ping, again: again?.success ?? unanswered, connection: peer.pc.connectionState }
  },
}

export const lineScenarios: readonly Scenario[] = Object.entries({
  ...Object.fromEntries(Object.entries(offers).map(([name, run]) => [`re-offer: ${name}`, run])),
  ...senders,
  ...answers,
}).map(([name, run]) => ({ name: `renegotiation/${name}`, run }))
