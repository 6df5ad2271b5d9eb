import type { IConnectConfig, RealtimeSocket, RealtimeSocketState } from '../../src/index.js'
import type { ChannelRequest } from '../doubles/gateway.js'
import type { Stage } from '../doubles/stage.js'

/** What was asked over the channel, by its method and data. The engine's own probes are left out. */
export const asked = ({ gateway }: Stage): [method: string, data: unknown][] =>
  gateway.received.flatMap((message) => {
    const { request, data } = (message ?? {}) as Partial<ChannelRequest>
    return request === undefined || request === 'room.unsubscribe' ? [] : [[request, data]]
  })

/** The same of one method. */
export const askedFor = (stage: Stage, method: string): unknown[] =>
  asked(stage).flatMap(([name, data]) => (name === method ? [data] : []))

/** The configs that came with connect requests, from now on. */
export const connectRequests = ({ gateway }: Stage): IConnectConfig[] => {
  const configs: IConnectConfig[] = []
  gateway.answerConnect = (usual, config) => {
    configs.push(config)
    return usual
  }
  return configs
}

/** Names of the calls of doubles, as far as they match. */
export const callsOf = ({ calls }: Stage, pattern: RegExp): string[] =>
  calls.log.map(({ name }) => name).filter((name) => pattern.test(name))

/** Every outward state that a socket tells from now on. */
export const statesOf = (socket: RealtimeSocket): string[] => {
  const heard: string[] = []
  socket.on('dc_state', (state: RealtimeSocketState) => heard.push(`dc ${state}`))
  socket.on('peer_state', (state: RealtimeSocketState) => heard.push(`peer ${state}`))
  return heard
}

/** Every warning of a socket from now on, as code and phase. */
export const warningsOf = (socket: RealtimeSocket): string[] => {
  const heard: string[] = []
  socket.on('warning', ({ code, phase }) => heard.push(`${code} ${phase}`))
  return heard
}
