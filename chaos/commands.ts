import { RealtimeError, type SendOptions } from '../src/index.js'
import { entry } from './choices.js'
import type { Act } from './acts.js'
import type { Life } from './life.js'
import { textOfMessage } from './messages.js'
import { SENDERS, type Party } from './party.js'

const RECEIVERS = [
  { id: 'view', kind: 'video' },
  { id: 'sound', kind: 'audio' },
  { id: 'second view', kind: 'video' },
] as const

const TERMS: readonly SendOptions[] = [
  {},
  { policy: 'atLeastOnce' },
  { wait: { acrossReconnect: { ttlMs: 800 } } },
  { policy: 'atLeastOnce', wait: { acrossReconnect: { ttlMs: 3_000 } } },
  { wait: { acrossReconnect: { ttlMs: 0 } } },
]
const LENGTHS = [10, 200, 1_500, 70_000]
const STATES = ['connected', 'disconnected', 'failed', 'closed'] as const

/** Requests of an application that does not use the tracks; wishes, and one that is refused. */
const REQUESTS: readonly (readonly [string, object])[] = [
  ['room.unsubscribe', { peer: 'x' }],
  ['room.subscribe', { peer: 'x' }],
  ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'alice', stream: 'camera' } }],
  ['receiver.limit', { id: 'video_0', limit: { priority: 1, max_spatial: 0, max_temporal: 0 } }],
  ['receiver.disconnect', { id: 'video_0' }],
  ['sender.toggle', { name: 'camera', kind: 'video', track: null }],
  ['nothing.known', {}],
]

const command = (
  name: string,
  weight: number,
  run: (life: Life, party: Party, one: number, other: number) => void,
) => ({
  name,
  weight,
  run: (party: Party, { one, other }: { one: number; other: number }) => {
    // An application does nothing while its page stands still.
    if (!party.device.page.stopped) party.life.call(() => run(party.life, party, one, other))
  },
})

const send = ({ socket, messages }: Life, length: number, options: SendOptions): void => {
  const number = messages.next(options.policy === 'atLeastOnce')
  messages.taken(socket.send(textOfMessage(number, length), options))
}

const round = async ({ socket, rpc }: Life): Promise<void> => {
  const { offer, meta } = await socket.generateOffer()
  const answer = await rpc.request<object, { sdp: string }>('peer.updateSdp', meta)
  if (answer.status) socket.updateSdp(offer, answer.data.sdp)
}

const sender = ({ socket }: Life, one: number) => socket.senders[one % Math.max(1, socket.senders.length)]
const receiver = ({ socket }: Life, one: number) => socket.receivers[one % Math.max(1, socket.receivers.length)]

const stopReceiver = (life: Life, _: Party, one: number): void => {
  const track = receiver(life, one)
  if (!track) return
  life.wanted.attached.delete(track.uuid)
  life.wanted.paused.delete(track.uuid)
  track.stop()
}

const attach = (life: Life, { other: peer }: Party, one: number, other: number): void => {
  const track = receiver(life, one)
  if (!track) return
  const streams = SENDERS.filter(({ kind }) => kind === track.info.kind)
  const source = { peer: other % 7 === 6 ? 'nobody' : peer, stream: entry(streams, other).name }
  track.attach(source, other % 5 === 4 ? { maxSpatial: 1, priority: 2 } : {})
  life.wanted.attached.set(track.uuid, source)
}

const detach = (life: Life, _: Party, one: number): void => {
  const track = receiver(life, one)
  if (track) life.wanted.attached.delete(track.uuid)
  track?.detach()
}

/** All that an application may do. New rows go to the end: a list of choices names them by their place. */
export const COMMANDS: readonly Act[] = [
  command('nothing', 1, () => {}),
  command('connect', 4, (life) => life.connect()),
  command('connect and abort', 3, (life, { world }, one) => {
    life.connect()
    world.scheduler.after(one % 400, 'application', () => life.abort.abort())
  }),
  command('retry', 3, (life) => life.give('retry', () => life.socket.retry())),
  command('retry now', 3, ({ socket }) => socket.retryNow()),
  command('close', 2, ({ socket }) => socket.close()),
  command('begin anew', 6, (life, party) => {
    if (life.closed) party.begin()
  }),
  command('create a sender', 5, ({ socket }, { device }, one, other) => {
    const { name, kind } = entry(SENDERS, one)
    const stream = other % 3 === 0 ? null : device.stream(kind)
    socket.createSenderTrack({ name, kind, stream, simulcast: other % 4 === 1 && kind === 'video' })
  }),
  command('stop a sender', 3, (life, _, one) => {
    const track = sender(life, one)
    if (track) life.wanted.paused.delete(track.info.name)
    track?.stop()
  }),
  command('replace a source', 4, (life, { device }, one, other) => {
    const track = sender(life, one)
    track?.replaceStream(other % 3 === 0 ? null : device.stream(track.info.kind))
  }),
  command('end a source', 2, (life, _, one) => (sender(life, one)?.getTrack() as { end?(): void } | null)?.end?.()),
  command('pause a sender', 2, (life, _, one) => {
    const track = sender(life, one)
    if (track) life.wanted.paused.add(track.info.name)
    track?.pause()
  }),
  command('resume a sender', 2, (life, _, one) => {
    const track = sender(life, one)
    if (track) life.wanted.paused.delete(track.info.name)
    track?.resume()
  }),
  command('create a receiver', 4, ({ socket }, _, one) => {
    const { id, kind } = entry(RECEIVERS, one)
    socket.createReceiverTrack(id, kind)
  }),
  command('attach', 6, attach),
  command('limit', 2, (life, _, one, other) => receiver(life, one)?.limit({ maxSpatial: other % 3, maxTemporal: 2 })),
  command('detach', 2, detach),
  command('stop a receiver', 3, stopReceiver),
  command('pause a receiver', 2, (life, _, one) => {
    const track = receiver(life, one)
    if (track) life.wanted.paused.add(track.uuid)
    track?.pause()
  }),
  command('resume a receiver', 2, (life, _, one) => {
    const track = receiver(life, one)
    if (track) life.wanted.paused.delete(track.uuid)
    track?.resume()
  }),
  command('send', 14, (life, _, one, other) => send(life, entry(LENGTHS, other), entry(TERMS, one))),
  command('send some', 8, (life, _, one) => {
    for (let index = 0; index <= one % 6; index += 1)
      life.call(() => send(life, 20, entry(TERMS, Math.floor(one / 6) + index)))
  }),
  command('request', 5, (life, _, one, other) => {
    const [name, data] = entry(REQUESTS, one)
    // What an application tells the server by itself overrules what it said by its tracks.
    if (name.startsWith('receiver')) life.wanted.attached.clear()
    if (name === 'sender.toggle') life.wanted.overruled.add('camera')
    life.give(name, () => life.rpc.request(name, data, { timeoutMs: other % 2 ? 5_000 : 300 }))
  }),
  command('offer by hand', 2, (life) =>
    life.give('generateOffer', () => life.socket.generateOffer().then(({ offer }) => (life.offer = offer))),
  ),
  command('round by hand', 5, (life) => life.give('round by hand', () => round(life))),
  command('stale answer', 1, ({ socket, offer }) => {
    if (offer) socket.updateSdp(offer, 'v=0')
  }),
  command('statistics', 2, (life) => life.give('getStats', () => life.socket.getStats())),
  command('wait for a state', 2, (life, _, one) => life.give('when', () => life.socket.when(entry(STATES, one)))),
  command('act at the next state', 4, (life, party, one) => {
    const acts = [
      () => life.connect(),
      () => life.socket.close(),
      () => send(life, 20, {}),
      () => void life.socket.senders[0]?.replaceStream(party.device.stream('video')),
      () => stopReceiver(life, party, 0),
      () => life.give('retry', () => life.socket.retry()),
    ]
    life.onState = () => life.call(entry(acts, one))
  }),
  command('wrong arguments', 1, ({ socket }, _, one) => {
    const wrong = [
      () => socket.createSenderTrack({ name: '', kind: 'video' }),
      () => socket.createReceiverTrack('view', 'text' as never),
      () => void socket.send(7 as never),
      () => void socket.send('x', { policy: 'twice' } as never),
      () => socket.receivers[0]?.attach({ peer: 'x', stream: 'y' }, { maxSpatial: 7 }),
    ]
    try {
      entry(wrong, one)()
    } catch (error) {
      if (!(error instanceof RealtimeError)) throw error
    }
  }),
  command('abort', 2, ({ abort }) => abort.abort()),
  command('tracks come and go at once', 5, (life, party, one, other) => {
    const { socket } = life
    stopReceiver(life, party, one)
    const { id, kind } = entry(RECEIVERS, one)
    life.call(() => socket.createReceiverTrack(id, kind))
    life.call(() => attach(life, party, one, other))
    life.call(() => receiver(life, one)?.limit({ maxSpatial: other % 3 }))
    if (other % 4 === 0) detach(life, party, one)
    if (other % 4 === 1) stopReceiver(life, party, one)
  }),
  command('a sender comes and goes at once', 3, (life, party, one, other) => {
    const { name, kind } = entry(SENDERS, one)
    life.call(() => life.socket.createSenderTrack({ name, kind, stream: party.device.stream(kind) }))
    const track = sender(life, one)
    if (other % 2) track?.replaceStream(null)
    if (other % 3) track?.stop()
  }),
]
