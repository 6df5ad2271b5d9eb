import { createActor } from 'xstate'
import { LADDER } from './recovery/ladder.js'
import { composed } from './machines/composed.js'
import { DEADLINES } from './machines/common.js'
import type { SessionEmitted } from './machines/session.setup.js'
import { DataChannelPort } from './adapters/data-channel-port.js'
import { dataChannelActors } from './adapters/data-channel.js'
import { pathActors } from './adapters/path.js'
import { gatewayActors } from './adapters/gateway.js'
import { atm0sV01 } from './protocol/atm0s-v01.js'
import { sourceKey } from './protocol/gateway-protocol.js'
import { trackActors } from './adapters/track-lines.js'
import { inhabit, World } from './adapters/world.js'
import { facts, type ErrorFacts } from './errors.js'
import type { IncomingData, IRealtimeSocketOptions, MessageFate } from './interfaces/options.js'
import type { RestoredSession } from './interfaces/storage.js'
import { peerConnectionActors } from './adapters/peer-connection.js'
import type { SessionActor } from './watch.js'
import { Inbox } from './adapters/inbox.js'
import { environmentWith } from './adapters/environment.js'
import { pageActors } from './adapters/page-lifecycle.js'

/** The charts with the adapters behind their ports: provided once, here, for every socket. */
const providedSession = composed({
  ...gatewayActors,
  ...peerConnectionActors,
  ...dataChannelActors,
  ...trackActors,
  ...pageActors,
  ...pathActors,
})

const OUTBOX_BYTES = 1_048_576

/** What a session says to its socket; a plain object, whose members are handed on one by one. */
export interface SessionOutlet {
  said(event: SessionEmitted): void
  /** Whether somebody listens to messages. */
  heard(): boolean
  message(data: IncomingData): void
  drained(): void
  /** Whether somebody listens to the fates of messages. */
  wantsFates(): boolean
  fated(fate: MessageFate): void
  /** Names of tracks by the ids of their charts. */
  readonly names: ReadonlyMap<string, string>
  restored(session: RestoredSession): void
  /** The session's chart has ended, by itself or by a defect. */
  ended(): void
}

/** A running session: its actor system and the live things that it works on. */
export interface Session {
  readonly actor: SessionActor
  readonly world: World
  /** Resolves when its chart has ended and nothing is left. */
  readonly over: Promise<void>
}

/** Starts one actor system, with its world, for a socket. */
export const startSession = (
  urls: string | string[],
  options: IRealtimeSocketOptions,
  outlet: SessionOutlet,
): Session => {
  const environment = environmentWith(options.environment)
  const protocol = atm0sV01
  const actor = createActor(providedSession, {
    id: 'session',
    systemId: 'session',
    clock: environment.clock as never,
    input: {
      deadlines: {
        ...DEADLINES,
        ...options.deadlines,
        farewell: Math.min(5_000, options.deadlines?.farewell ?? 5_000),
      },
      mode: options.negotiation ?? 'auto',
      ladder: options.ladder ?? LADDER,
    },
  })
  const inbox = new Inbox<IncomingData>(environment.clock, outlet.heard, outlet.message, () =>
    warn(facts('outbox-full', 'messages are dropped')),
  )
  const channel = new DataChannelPort(protocol, environment.clock, options.outboxBytes ?? OUTBOX_BYTES, {
    ...outlet,
    wantsFates: () => !!options.storage || outlet.wantsFates(),
    fated: (fate) => {
      world.onFate(fate)
      outlet.fated(fate)
    },
    keeps: !!options.storage,
    deliver: (data) => inbox.receive(data),
    warn: (error) => warn(error),
    told: (news) => {
      const { source, type } = news
      world.living[type === 'stream.added' ? 'add' : 'delete'](sourceKey(source))
      tell({ ...news, own: source.peer === world.order.config.peerId })
    },
    wished: ({ receiver, limit }) => receiver && tell({ type: 'receiver.overruled', ...receiver, limit }),
  })
  const tell = (event: Parameters<SessionActor['send']>[0]) => {
    if (actor.getSnapshot().status === 'active') actor.send(event)
  }
  const warn = (error: ErrorFacts) => tell({ type: 'warning', error })
  const world = new World(environment, options, urls, protocol, channel, inbox, warn, { actor, ...outlet })
  inhabit(actor.system, world)
  actor.on('*', (event) => outlet.said(event))
  const over = new Promise<void>((resolve) => {
    const ended = () => {
      const released = world.release()
      outlet.ended()
      resolve(released)
    }
    actor.subscribe({ complete: ended, error: ended })
  })
  return { actor, world, over }
}
