import {
  indexedDbStorage,
  MediaGatewayConnector,
  RealtimeSocket,
  RPC,
  type RestoredSession,
  type SendOptions,
} from '../../src/index.js'

let socket: RealtimeSocket
const restored: RestoredSession[] = []
const warnings: string[] = []
const heard: unknown[] = []

/** What the test calls from outside. */
const steps = {
  connect: async (url: string, peerId: string, token: string) => {
    socket = new RealtimeSocket(url, { storage: indexedDbStorage({ name: peerId }) })
    socket.on('restored', (session) => restored.push(session))
    socket.on('warning', ({ code }) => warnings.push(code))
    const rpc = new RPC(socket)
    rpc.on('dev_said', (event) => void heard.push((event as { data: unknown }).data))
    socket.createReceiverTrack('view', 'video')
    await socket.connect(new MediaGatewayConnector(), { roomId: 'reload', peerId, token })
  },
  attach: () => socket.receivers[0]?.attach({ peer: 'bob', stream: 'camera' }),
  /** A raw request whose answer nobody waits for. */
  say: (data: string, options: SendOptions) =>
    socket.send(JSON.stringify({ type: 'request', req_id: 1_000, request: 'dev.say', data: { data } }), options),
  read: () => ({ restored, warnings, heard, state: socket.peerState, view: socket.receivers[0]?.state ?? '' }),
  close: () => socket[Symbol.asyncDispose](),
}

export type Steps = typeof steps

Object.assign(globalThis, { steps })
