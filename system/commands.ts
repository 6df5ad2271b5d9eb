import type { AnyEventObject } from 'xstate'
import type { SessionContext } from '../src/machines/session.setup.js'
import type { SenderTrackContext } from '../src/machines/sender-track.machine.js'
import type { NegotiationContext } from '../src/machines/negotiation.setup.js'
import type { SenderLine } from '../src/protocol/tracks-to-m-lines.js'
import type { Configuration } from '../src/testing/explore/index.js'
import { sentBy, type Mail } from './mail.js'
import type { World } from './world.js'

/** What may be there at the same time, at the most. */
export interface Bounds {
  readonly senders: number
  readonly receivers: number
  /** Callers of `generateOffer` that wait. */
  readonly callers: number
  readonly messages: number
  readonly generations: number
}

export const BOUNDS: Bounds = { senders: 1, receivers: 1, callers: 2, messages: 2, generations: 2 }

/** A call of the application: to which chart its event goes, and what its side remembers of it. */
export interface Command {
  readonly name: string
  readonly to?: 'session' | 'channel'
  readonly event?: AnyEventObject
  readonly asks?: (world: World) => World
}

/** What the application may call, and its socket passes on. */
interface Desk {
  readonly session: SessionContext
  readonly chart: <Context>(id: string) => Configuration<Context> | undefined
  readonly world: World
  readonly mailbox: Mail
  readonly bounds: Bounds
}

type Calls = (desk: Desk) => readonly Command[]

const line: SenderLine = {
  info: { uuid: 'uuid-1', label: 'camera', kind: 'video', name: 'camera' },
  preferredCodecs: [],
}
const SOURCE = { peer: 'bob', stream: 'camera' }
const LIMIT = { priority: 1, maxSpatial: 0, maxTemporal: 0 }

const call = (name: string, event: AnyEventObject, asks?: Command['asks']): Command => ({
  name,
  to: 'session',
  event,
  ...(asks && { asks }),
})

/** A handle is dead once its track was stopped: then it has no line. */
const handles = ({ session: { lines } }: Desk, kind: string): string[] =>
  lines.flatMap(({ owner }) => (owner?.startsWith(kind) ? [owner] : []))

/** Tracks are named by the order of their creation among those that are there: what is over leaves its name. */
const fresh = (desk: Desk, kind: 'sender' | 'receiver', most: number): string[] =>
  Array.from({ length: most }, (_, at) => `${kind}-${at + 1}`)
    .filter((id) => !desk.chart(id))
    .slice(0, handles(desk, kind).length < most ? 1 : 0)

/** The socket allows `connect` where no attempt is pending and none has brought a session that lives. */
const connect: Calls = ({ session: { peerState, generation }, world: { attempt }, bounds }) =>
  attempt < 0 && /^(created|failed)$/.test(peerState) && generation < bounds.generations
    ? [
        call('connect', { type: 'connect', reserve: { audio: 0, video: 1 } }, (world) => ({
          ...world,
          attempt: generation,
        })),
      ]
    : []

const generateOffer: Calls = ({ world: { tickets }, bounds: { callers } }) =>
  Array.from({ length: callers }, (_, at) => at + 1)
    .filter((ticket) => !tickets.includes(ticket))
    .slice(0, 1)
    .map((ticket) =>
      call('generateOffer', { type: 'hand.wanted', ticket }, (world) => ({
        ...world,
        tickets: [...world.tickets, ticket],
      })),
    )

const updateSdp: Calls = ({ chart }) => {
  const negotiation = chart<NegotiationContext>('negotiation')
  const current = negotiation?.state === 'byHand' ? [negotiation.context.offer?.ordinal] : []
  return [...current, 0].map((offer) =>
    call(offer === 0 ? 'updateSdp stale' : 'updateSdp', { type: 'hand.answered', offer }),
  )
}

/** Where the gate is open a message goes out at once, and the channel's chart is told. */
const send: Calls = ({ world: { mail }, mailbox, bounds }) => {
  if (sentBy(mail) >= bounds.messages) return []
  const after = mailbox.after(`${mail}s`)
  const asks = (world: World): World => ({ ...world, mail: after.deeds })
  const out = after.wire.length > mailbox.after(mail).wire.length
  return [{ name: 'send', asks, ...(out && { to: 'channel', event: { type: 'messages.sent' } }) }]
}

const setSource: Calls = (desk) =>
  handles(desk, 'sender').map((id) => {
    const source = desk.chart<SenderTrackContext>(id)?.context.source === null ? 'camera' : null
    return call(`setSource ${source ?? 'none'}`, { type: 'source.changed', id, source })
  })

const ofTracks =
  (name: string, type: string, kind = ''): Calls =>
  (desk) =>
    handles(desk, kind).map((id) => call(`${name} ${id}`, { type, id }))

/** The commands of an application, by their names; a socket that is closed takes none. */
export const COMMANDS: Readonly<Record<string, Calls>> = {
  connect,
  abort: ({ world: { attempt } }) => (attempt >= 0 ? [call('abort', { type: 'abort' })] : []),
  retryNow: () => [call('retryNow', { type: 'retry' })],
  close: () => [call('close', { type: 'close', reason: 'closed-by-application' })],
  createSenderTrack: (desk) =>
    fresh(desk, 'sender', desk.bounds.senders).map((id) =>
      call('createSenderTrack', { type: 'sender.create', id, line, source: 'camera' }),
    ),
  createReceiverTrack: (desk) =>
    fresh(desk, 'receiver', desk.bounds.receivers).map((id) =>
      call('createReceiverTrack', { type: 'receiver.create', id, kind: 'video' }),
    ),
  setSource,
  pause: ofTracks('pause', 'track.pause'),
  resume: ofTracks('resume', 'track.resume'),
  stop: ofTracks('stop', 'track.stop'),
  attach: (desk) =>
    handles(desk, 'receiver').map((id) =>
      call(`attach ${id}`, { type: 'receiver.attach', id, source: SOURCE, priority: 1, limit: undefined }),
    ),
  limit: (desk) =>
    handles(desk, 'receiver').map((id) => call(`limit ${id}`, { type: 'receiver.limit', id, limit: LIMIT })),
  detach: ofTracks('detach', 'receiver.detach', 'receiver'),
  generateOffer,
  updateSdp,
  send,
}
