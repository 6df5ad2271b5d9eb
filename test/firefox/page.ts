import { MediaGatewayConnector, RealtimeSocket, RPC } from '../../src/index.js'

let camera: MediaStream

/** One person of a call in this page. */
const person = (url: string, peer: string, other: string, token: string) => {
  const socket = new RealtimeSocket(url)
  const states: string[] = []
  socket.on('peer_state', (state) => states.push(state))
  socket.createSenderTrack({ name: 'camera', kind: 'video', stream: camera })
  const view = socket.createReceiverTrack('view', 'video')
  view.attach({ peer: other, stream: 'camera' })
  return {
    socket,
    states,
    connected: socket.connect(new MediaGatewayConnector(), { roomId: 'firefox', peerId: peer, token }),
    /** Frames that were decoded on this peer connection. */
    frames: async () => {
      const stats = (await socket.getStats()) as unknown as Map<string, { type: string; framesDecoded?: number }>
      return [...stats.values()].find(({ type }) => type === 'inbound-rtp')?.framesDecoded ?? 0
    },
  }
}

let alice: ReturnType<typeof person>
let bob: ReturnType<typeof person>

/** What the test calls from outside. */
const steps = {
  connect: async (url: string, tokens: [alice: string, bob: string]) => {
    camera = await navigator.mediaDevices.getUserMedia({ video: true })
    alice = person(url, 'alice', 'bob', tokens[0])
    bob = person(url, 'bob', 'alice', tokens[1])
    await Promise.all([alice.connected, bob.connected])
  },
  read: () => ({ states: alice.states, generation: alice.socket.getSnapshot().generation }),
  frames: () => Promise.all([alice.frames(), bob.frames()]),
  answers: async () => (await new RPC(alice.socket).request('room.unsubscribe', { peer: 'x' })) as unknown,
  close: async () => {
    await Promise.all([alice.socket[Symbol.asyncDispose](), bob.socket[Symbol.asyncDispose]()])
    return [alice.states.at(-1), bob.states.at(-1)]
  },
}

export type Steps = typeof steps

Object.assign(globalThis, { steps })
