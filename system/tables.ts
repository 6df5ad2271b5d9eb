import type { ConnectionContext } from '../src/machines/connection.setup.js'
import type { ChartContext } from '../src/machines/common.js'
import type { ReceiverTrackContext } from '../src/machines/receiver-track.setup.js'
import { error } from '../src/testing/explore/environments/common.js'
import type { Configuration } from '../src/testing/explore/index.js'
import type { AnyEventObject } from 'xstate'
import type { World } from './world.js'

type Cost = 'free' | 'fault'

/** What a running actor may tell its chart, and what that costs. */
export type Tells = (at: Configuration, world: World, most: number) => readonly (readonly [Cost, AnyEventObject])[]

const free = (event: AnyEventObject) => ['free', event] as const
const fault = (event: AnyEventObject) => ['fault', event] as const
const when = <T>(condition: boolean, ...those: T[]): T[] => (condition ? those : [])

/** Failures that a later attempt may mend, and those that nothing mends, are told apart by the ladder alone. */
const peer: Tells = ({ context }, { applied }) => {
  const { generation, transport } = context as ConnectionContext
  const state = (of: RTCPeerConnectionState) => ({ type: 'peer.state', generation, state: of })
  const answered = applied === generation
  return [
    ...when(answered && transport === 'new', free(state('connecting'))),
    ...when(answered && transport !== 'connected', free(state('connected'))),
    ...(answered ? (['disconnected', 'failed', 'closed'] as const) : [])
      .filter((of) => of !== transport)
      .map((of) => fault(state(of))),
    ...when(!answered, fault({ type: 'peer.broken', generation, error: error('no-webrtc') })),
  ]
}

const channel: Tells = ({ context, state }, { applied }) => {
  const { generation } = context as ChartContext
  return [
    ...when(state === 'present.opening' && applied === generation, free({ type: 'channel.open', generation })),
    fault({ type: 'channel.lost', generation, error: error('channel-closed') }),
  ]
}

const page: Tells = ({ state }) => [
  ...when(state.includes('visible'), ...['page.hidden', 'page.frozen', 'page.cached'].map((type) => fault({ type }))),
  ...when(!state.includes('visible'), free({ type: 'page.visible' })),
  ...when(/frozen|cached/.test(state), free({ type: 'page.hidden' })),
  ...when(state.includes('online'), fault({ type: 'network.offline' }), fault({ type: 'network.changed' })),
  ...when(state.includes('offline'), free({ type: 'network.online' })),
  fault({ type: 'page.left' }),
]

/** Media comes when the server shows something, and goes when it does not any more. */
const received: Tells = ({ state, context }) => {
  const { shown } = context as ReceiverTrackContext
  const flows = state.includes('media.flowing')
  return [
    ...when(shown && !flows, free({ type: 'remote.track', flowing: true })),
    ...when(flows, [shown ? 'fault' : 'free', { type: 'remote.track', flowing: false }] as const),
  ]
}

const media: Tells = ({ state }) => [
  ...when(!state.includes('media.flowing'), free({ type: 'media.flows' })),
  ...when(!state.includes('media.stalled'), fault({ type: 'media.stalled' })),
]

/** What each watch may tell, by its name; those that are not here tell nothing. */
export const WATCHES: Readonly<Record<string, Tells>> = {
  'peer connection': peer,
  'data channel': channel,
  'watch path': ({ context }) => [fault({ type: 'path.silent', generation: (context as ChartContext).generation })],
  'count awake time': () => [fault({ type: 'recovery.late' })],
  'back off': ({ context }, _, most) =>
    when((context as ChartContext).generation < most, free({ type: 'attempt.due' })),
  'page events': page,
  'send source': () => [fault({ type: 'source.ended' })],
  'receive line': received,
  'watch media': media,
}

/** Delays that pass in the normal course. All others are deadlines: that one passes is a fault. */
export const USUAL_DELAYS: readonly string[] = [
  'candidates are needed',
  'confirmation is due',
  'cool-down',
  'back by itself',
  'stable for long',
]
