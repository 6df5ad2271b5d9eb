import { deflateSync } from 'node:zlib'
import {
  RealtimeSocketState,
  RPC,
  TypedEventEmitter,
  type IRealtimeSocket,
  type IRealtimeSocketCallbacks,
  type RealtimeError,
  type RpcOptions,
} from '../../src/index.js'
import { SteppedTime } from './network.js'

/** A socket that writes down what is sent, as JSON, and says what it is told to say. */
class FakeSocket extends TypedEventEmitter<IRealtimeSocketCallbacks> {
  readonly sent: Record<string, unknown>[] = []
  dcState: RealtimeSocketState = RealtimeSocketState.Connected
  /** Thrown by the next calls of `send`. */
  broken: Error | undefined

  send(data: string | Uint8Array): void {
    if (this.broken) throw this.broken
    this.sent.push(JSON.parse(data as string))
  }

  /** Something arrives. */
  arrives(...messages: unknown[]): void {
    for (const message of messages) this.emit('message', message as never)
  }

  becomes(state: RealtimeSocketState): void {
    this.dcState = state
    this.emit('dc_state', state)
  }
}

/** An RPC on a socket, what it reports, and what the socket's listeners threw. `more` replaces its options. */
export const stage = (dcState: RealtimeSocketState = RealtimeSocketState.Connected, more: RpcOptions = {}) => {
  const socket = new FakeSocket()
  socket.dcState = dcState
  const time = new SteppedTime()
  const reported: RealtimeError[] = []
  const unheard: unknown[] = []
  socket.onListenerError = (error) => unheard.push(error)
  const on = (options: RpcOptions) =>
    new RPC(socket as unknown as IRealtimeSocket, { environment: time.environment, ...options })
  const rpc = on({ onError: (error) => reported.push(error), ...more })
  return { socket, time, rpc, reported, unheard, on }
}

export const answer = (req_id: unknown, more: object = { success: true, data: null }) =>
  JSON.stringify({ type: 'answer', req_id, ...more })
export const event = (name: string, data: unknown = null) => JSON.stringify({ type: 'event', event: name, data })
export const request = (req_id: unknown, name: string, data: unknown = null) =>
  JSON.stringify({ type: 'request', req_id, request: name, data })
export const zlib = (text: string) => Uint8Array.from(deflateSync(text))
export const settled = () => new Promise(setImmediate)
