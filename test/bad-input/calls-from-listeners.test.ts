import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LADDER, RealtimeSocketState as State, type RealtimeError, type RealtimeSocket } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** Calls something once, when the socket says this. */
const once = (socket: RealtimeSocket, event: 'peer_state' | 'dc_state', state: State, call: () => void) => {
  const off = socket.on(event, (now) => {
    if (now !== state) return
    off()
    call()
  })
}

/** What came of a connect, once it is known. */
const noted = (attempt: Promise<void>, outcomes: string[], name: string): void =>
  void attempt.then(
    () => outcomes.push(`${name} resolved`),
    ({ code }: RealtimeError) => outcomes.push(`${name} ${code}`),
  )

describe.each(['peer_state', 'dc_state'] as const)('connect from a listener of %s', (event) => {
  test('failed, after a session that was connected, is an attempt of its own', async () => {
    const config = stage.config({ receivers: { video: 1 } })
    const socket = await stage.connected(config)
    const outcomes: string[] = []
    once(socket, event, State.Failed, () => noted(socket.connect(stage.gateway, config), outcomes, 'second'))
    stage.peer.transport('failed')
    await stage.clock.quiet()
    expect([outcomes, socket.peerState]).toEqual([['second resolved'], State.Connected])
  })

  test('failed, after a connect that failed, is an attempt of its own', async () => {
    const config = stage.config()
    const socket = stage.socket()
    stage.calls.failNext('gateway.connect', 'rejects')
    const outcomes: string[] = []
    once(socket, event, State.Failed, () => noted(socket.connect(stage.gateway, config), outcomes, 'second'))
    noted(socket.connect(stage.gateway, config), outcomes, 'first')
    await stage.clock.quiet()
    expect([outcomes, socket.peerState]).toEqual([['first gateway-unreachable', 'second resolved'], State.Connected])
  })

  test('reconnecting is answered as while it is connected', async () => {
    const config = stage.config()
    const socket = await stage.connected(config, { ladder: LADDER })
    const outcomes: string[] = []
    once(socket, event, State.Reconnecting, () => noted(socket.connect(stage.gateway, config), outcomes, 'second'))
    stage.peer.transport('failed')
    await stage.clock.quiet()
    // Another configuration than that of the session, which goes on.
    expect([outcomes, socket.peerState]).toEqual([['second already-connected'], State.Connected])
  })
})

test('a track that a listener creates and stops at once is stopped', async () => {
  const socket = stage.socket()
  const said: string[] = []
  once(socket, 'peer_state', State.Connecting, () => {
    const receiver = socket.createReceiverTrack('guest', 'video')
    receiver.on('stopped', () => said.push('stopped'))
    receiver.stop()
    said.push(`${socket.receivers.length} left`)
  })
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  expect([said, socket.getSnapshot().receivers]).toEqual([['stopped', '0 left'], []])
})

test.each(['createSenderTrack', 'createReceiverTrack'] as const)(
  'a socket that a listener closes while %s starts it has no tracks',
  (method) => {
    const socket = stage.socket()
    socket.on('transition', () => socket.close())
    let code = 'none'
    try {
      if (method === 'createSenderTrack') socket.createSenderTrack({ name: 'mic', kind: 'audio' })
      else socket.createReceiverTrack('guest', 'video')
    } catch (error) {
      ;({ code } = error as RealtimeError)
    }
    expect([code, socket.peerState, socket.senders.length, socket.receivers.length]).toEqual([
      'closed',
      State.Closed,
      0,
      0,
    ])
  },
)

test('close from a listener of closed, and everything else that may still be called there', async () => {
  const socket = await stage.connected()
  const heard: string[] = []
  const codes: unknown[] = []
  const refused = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      codes.push((error as RealtimeError).code)
    }
  }
  socket.onMany(['peer_state', 'dc_state'], ((state: string) => heard.push(state)) as never)
  once(socket, 'peer_state', State.Closed, () => {
    refused(() => socket.close())
    refused(() => socket.send('x'))
    refused(() => socket.createReceiverTrack('x', 'video'))
    refused(() => socket.createSenderTrack({ name: 'x', kind: 'audio' }))
    refused(() => socket.updateSdp({ type: 'offer', sdp: '' }, ''))
    for (const promise of [socket.connect(stage.gateway, stage.config()), socket.generateOffer()])
      promise.catch(({ code }: RealtimeError) => codes.push(code))
  })
  socket.close()
  await stage.clock.quiet()
  expect([heard, codes]).toEqual([['closed', 'closed'], Array.from({ length: 6 }, () => 'closed')])
})
