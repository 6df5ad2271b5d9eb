import { assign } from 'xstate'
import type { ReceiverRef, StreamNews } from '../protocol/gateway-protocol.js'
import { chart, delays, common, reader, type ChartContext, type ChartInput } from './common.js'
import {
  ports,
  type ChannelHeldEvent,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type LineReadyEvent,
  type MediaEvent,
  type RemoteTrackEvent,
} from './ports.js'

/** What a receiver shows. */
export interface AttachedSource {
  readonly peer: string
  readonly stream: string
}

/** Layers and share of a receiver. */
export interface ReceiverLimit {
  /** Share of the bandwidth among the receivers; 1 to 65,535. */
  readonly priority: number
  /** Highest spatial layer, 0 to 2. */
  readonly maxSpatial: number
  /** Highest temporal layer, 0 to 2. */
  readonly maxTemporal: number
}

export interface ReceiverTrackContext extends ChartContext {
  readonly id: string
  readonly kind: 'audio' | 'video'
  line: number
  /** Position among the receivers of its kind, -1 until it has a line; the server names it by that. */
  ordinal: number
  /** What is wanted; `undefined`: nothing. */
  source: AttachedSource | undefined
  /** The server was told of a source in this generation, and not that there is none any more. */
  shown: boolean
  /** How often the server was asked for the source anew, since media of it flowed. */
  renewals: number
  priority: number
  limit: ReceiverLimit | undefined
  wish: 'track.resume' | 'track.pause'
}

export type ReceiverTrackEvent =
  | { type: 'receiver.attach'; source: AttachedSource; priority: number; limit: ReceiverLimit | undefined }
  | { type: 'receiver.limit'; limit: ReceiverLimit }
  | { type: 'receiver.detach' }
  | StreamNews
  /** The application told the server by itself what to do: without a limit, what to show. */
  | { type: 'receiver.overruled'; limit: ReceiverLimit | undefined }
  | { type: 'track.pause' }
  | { type: 'track.resume' }
  | { type: 'track.stop' }
  | { type: 'generation.ended'; generation: number }
  | LineReadyEvent
  | RemoteTrackEvent
  | MediaEvent
  | ChannelOpenEvent
  | ChannelLostEvent
  | ChannelHeldEvent

export interface ReceiverTrackInput extends ChartInput {
  readonly id: string
  readonly kind: 'audio' | 'video'
}

type Context = ReceiverTrackContext
type Event = ReceiverTrackEvent

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

/** Asked for anew more often, a source that stalls would be no better. */
const RENEWALS = 1

export const ref = ({ id, kind, ordinal }: Context): ReceiverRef => ({ id, kind, ordinal })

export const receiverSetup = chart({
  types: {} as { context: Context; events: Event; input: ReceiverTrackInput },
  actors: ports,
  delays,
  guards: {
    ...guards,
    'there is a source, and a server to tell': ({ context }) =>
      context.channel === 'open' && context.source !== undefined,
    'it is about a limit': ({ event }) => as<'receiver.overruled'>(event).limit !== undefined,
    'the server shows it something': ({ context }) => context.channel === 'open' && context.shown,
    'there is a limit': ({ context }) => context.limit !== undefined,
    'it is its source': ({ context: { source }, event }) => {
      const told = as<StreamNews['type']>(event).source
      return told.peer === source?.peer && told.stream === source.stream
    },
    'it may be asked for anew': ({ context }) => context.renewals < RENEWALS,
    'media flows': ({ event }) => as<'remote.track'>(event).flowing,
  },
  actions: {
    ...actions,
    'keep the source': assign(({ event }) => {
      const { source, priority, limit } = as<'receiver.attach'>(event)
      return { source, priority, limit, renewals: 0 }
    }),
    'keep the limit': assign({ limit: ({ event }) => as<'receiver.limit'>(event).limit }),
    'forget the source': assign({ source: undefined, limit: undefined }),
    'note that the server shows it': assign({ shown: true }),
    'note that the server shows nothing': assign({ shown: false }),
    'count the renewal': assign({ renewals: ({ context }) => context.renewals + 1 }),
    'forget the renewals': assign({ renewals: 0 }),
    'keep the line': assign(({ event }) => {
      const { line, ordinal, generation, channel } = as<'line.ready'>(event)
      return { line, ordinal, generation, channel, shown: false, renewals: 0 }
    }),
  },
})
