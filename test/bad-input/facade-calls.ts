import { RealtimeSocketState as State } from '../../src/index.js'
import { answerTo } from '../doubles/sdp.js'
import type { Call, Subject } from './facade-subject.js'

/** 300 kB that do not compress: above what the server takes in one message. */
const LARGE = (() => {
  let chance = 1
  return Uint8Array.from({ length: 300_000 }, () => (chance = (chance * 48_271) % 2_147_483_647) & 255)
})()

type Outcome = (subject: Subject, state: State) => readonly string[]

const RETURNS: Outcome = () => ['returns']
/** A typed error in `closed`, what is given else. */
const unlessClosed =
  (outcome: string): Outcome =>
  (_, state) => [state === State.Closed ? 'throws closed' : outcome]

/** What is sent goes out or is kept; unless the channel itself fails. */
const sent: Outcome = (subject, state) =>
  subject.broken && state === State.Connected
    ? ['returns', 'throws outbox-full']
    : unlessClosed('returns')(subject, state)

const call = (name: string, allowed: Outcome, run: Call['run']): Call => ({ name, allowed, run })

/** A connect of the subject's config can name its senders: live ones are kept, kept ones are of the same kind. */
const nameable = ({ senders, kinds }: Subject): boolean =>
  senders.has('mic') || (kinds.get('mic') ?? 'audio') === 'audio'

/** A connect is under way or has succeeded, and nothing was given up since. */
const isJoined = (state: State): boolean =>
  state === State.Connecting ||
  state === State.Connected ||
  state === State.Disconnected ||
  state === State.Reconnecting

const connect = (name: string, outcome: Outcome, options: (subject: Subject) => object, other = false): Call =>
  call(
    name,
    (subject, state) => {
      if (state === State.Closed) return ['rejects closed']
      if (subject.uncertain) return ['settles']
      if (isJoined(state)) return other || !subject.connecting ? ['rejects already-connected'] : ['settles']
      return outcome(subject, state)
    },
    (subject) => {
      const { socket, config, world } = subject
      const before = socket.peerState
      subject.uncertain ||= subject.inside
      const promise = socket.connect(world.connector, other ? { ...config } : config, options(subject))
      const joined = isJoined(before)
      if (joined && !other && !subject.uncertain && subject.connecting && promise !== subject.connecting)
        subject.violations.push('the same arguments got another promise')
      if (!joined && socket.peerState === State.Connecting) subject.connecting = other ? undefined : promise
      track(subject)
      return promise
    },
  )

/** The subject knows the senders that a connect has made. */
const track = (subject: Subject): void => {
  for (const sender of subject.socket.senders) {
    subject.senders.set(sender.info.name, sender)
    subject.kinds.set(sender.info.name, sender.info.kind)
    subject.sender ??= sender
  }
}

const createSender = (name: string, kind: 'audio' | 'video'): Call =>
  call(
    `createSenderTrack ${name} ${kind}`,
    ({ senders, kinds }, state) => {
      if (state === State.Closed) return ['throws closed']
      return [senders.has(name) || (kinds.get(name) ?? kind) !== kind ? 'throws duplicate' : 'returns']
    },
    (subject) => {
      const { world, socket } = subject
      subject.sender = socket.createSenderTrack({ name, kind, stream: world.stream(kind) })
      if (!subject.stopped.has(subject.sender)) subject.senders.set(name, subject.sender)
      subject.kinds.set(name, kind)
    },
  )

const createReceiver = (id: string, kind: 'audio' | 'video'): Call =>
  call(
    `createReceiverTrack ${id} ${kind}`,
    ({ receivers }, state) => {
      if (state === State.Closed) return ['throws closed']
      return [receivers.has(id) ? 'throws duplicate' : 'returns']
    },
    (subject) => {
      subject.receiver = subject.socket.createReceiverTrack(id, kind)
      subject.receivers.set(id, subject.receiver)
    },
  )

/** A call of the last sender or receiver; where there is none it is nothing. */
const ofSender = (name: string, run: (subject: Subject) => unknown, allowed: Outcome = RETURNS): Call =>
  call(`sender ${name}`, (subject, state) => (subject.sender ? allowed(subject, state) : ['returns']), run)
const ofReceiver = (name: string, run: (subject: Subject) => unknown, allowed: Outcome = RETURNS): Call =>
  call(`receiver ${name}`, (subject, state) => (subject.receiver ? allowed(subject, state) : ['returns']), run)

const updateSdp = (name: string, offer: (subject: Subject) => RTCSessionDescriptionInit): Call =>
  call(`updateSdp ${name}`, unlessClosed('returns'), (subject) => {
    const description = offer(subject)
    subject.socket.updateSdp(description, answerTo(description.sdp ?? ''))
  })

/** Every call of the facade, with what it may come to. */
export const CALLS: readonly Call[] = [
  connect(
    'connect',
    (subject) => (nameable(subject) ? ['settles'] : ['rejects duplicate']),
    ({ aborts }) => ({ signal: aborts.at(-1)?.signal }),
  ),
  connect('connect with other arguments', (it) => (nameable(it) ? ['settles'] : ['rejects duplicate']), Object, true),
  connect(
    'connect that is aborted already',
    () => ['rejects aborted'],
    () => ({ signal: AbortSignal.abort() }),
  ),
  call('abort', RETURNS, ({ aborts }) => {
    const current = aborts.at(-1)
    // Before it is aborted: whoever hears of it may connect again.
    aborts.push(new AbortController())
    current?.abort()
  }),
  call('close', RETURNS, ({ socket, inside }) => {
    socket.close()
    if (!inside && socket.peerState !== State.Closed) throw new Error('close takes effect at once')
  }),
  // It lasts as long as the farewell: the end of the test waits for it.
  call('dispose', RETURNS, ({ socket, disposals }) => void disposals.push(socket[Symbol.asyncDispose]())),
  createSender('mic', 'audio'),
  createSender('mic', 'video'),
  createSender('screen', 'video'),
  call('createSenderTrack of no kind', unlessClosed('throws invalid-config'), ({ socket }) => {
    socket.createSenderTrack({ name: 'x', kind: 'text' as never })
  }),
  createReceiver('guest', 'video'),
  createReceiver('voice', 'audio'),
  ofSender(
    'replaceStream',
    (it) => it.sender?.replaceStream(it.world.stream('audio', 'video')),
    unlessClosed('returns'),
  ),
  ofSender('replaceStream null', ({ sender }) => sender?.replaceStream(null), unlessClosed('returns')),
  ofSender('pause', ({ sender }) => sender?.pause()),
  ofSender('resume', ({ sender }) => sender?.resume()),
  ofSender('stop', ({ sender, senders, stopped }) => {
    sender?.stop()
    stopped.add(sender)
    if (sender && senders.get(sender.info.name) === sender) senders.delete(sender.info.name)
  }),
  ofSender('read', ({ sender }) => void [sender?.state, sender?.transceiver, sender?.trackId, sender?.getTrack()]),
  ofReceiver(
    'attach',
    ({ receiver }) => receiver?.attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 1 }),
    unlessClosed('returns'),
  ),
  ofReceiver(
    'attach of layer 3',
    ({ receiver }) => receiver?.attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 3 }),
    unlessClosed('throws invalid-config'),
  ),
  ofReceiver('limit', ({ receiver }) => receiver?.limit({ maxTemporal: 1 }), unlessClosed('returns')),
  ofReceiver('detach', ({ receiver }) => receiver?.detach()),
  ofReceiver('pause', ({ receiver }) => receiver?.pause()),
  ofReceiver('resume', ({ receiver }) => receiver?.resume()),
  ofReceiver('stop', ({ receiver, receivers }) => {
    receiver?.stop()
    if (receiver && receivers.get(receiver.uuid) === receiver) receivers.delete(receiver.uuid)
  }),
  ofReceiver('read', ({ receiver: it }) => void [it?.state, it?.transceiver, it?.serverId, it?.stream, it?.hasTrack]),
  call('send', sent, (subject) => {
    subject.socket.send('hello')
  }),
  call('send of bytes', sent, (subject) => {
    subject.socket.send(new Uint8Array(2_000))
  }),
  call('send of too much', unlessClosed('throws message-too-large'), ({ socket }) => socket.send(LARGE)),
  call('send of an object', unlessClosed('throws invalid-config'), ({ socket }) => socket.send({} as never)),
  call(
    'generateOffer',
    (_, state) => {
      if (state === State.Closed) return ['rejects closed']
      return state === State.Created || state === State.Failed ? ['rejects not-connected'] : ['settles']
    },
    (subject) => subject.socket.generateOffer().then(({ offer }) => (subject.offer = offer)),
  ),
  updateSdp('of the last offer', ({ offer }) => offer ?? { type: 'offer', sdp: '' }),
  updateSdp('of an offer that never was', () => ({ type: 'offer', sdp: 'v=0\r\n' })),
  call(
    'getStats',
    // A peer connection that is closed before it has answered may owe the answer for ever.
    (_, state) =>
      isJoined(state) ? ['resolves', 'rejects not-connected', 'rejects closed'] : ['rejects not-connected'],
    ({ socket }) => socket.getStats(),
  ),
  call(
    'when connected',
    (_, state) => (state === State.Closed ? ['rejects closed'] : [state === State.Connected ? 'resolves' : 'settles']),
    ({ socket }) => socket.when(State.Connected),
  ),
  call(
    'when closed',
    () => ['resolves'],
    ({ socket }) => socket.when(State.Closed),
  ),
  call(
    'when created',
    (_, state) => [state === State.Created ? 'resolves' : 'rejects closed'],
    ({ socket }) => socket.when(State.Created),
  ),
  call('subscribe', RETURNS, ({ socket }) => {
    const end = socket.subscribe({ next: () => {} })
    socket.inspect({ next: () => {} })()
    end.unsubscribe()
    end()
  }),
]
