import { afterEach, describe, expect, test, vi } from 'vitest'
import { DataChannelPort } from '../../src/adapters/data-channel-port.js'
import { RealtimeError, RealtimeSocketState as State } from '../../src/index.js'
import { atm0sV01 } from '../../src/protocol/atm0s-v01.js'
import { SteppedTime } from '../support/network.js'
import { holds, outcome } from '../support/stage.js'
import { onNode } from './place.js'

const here = onNode()

afterEach(() => void vi.restoreAllMocks())

/** Every transition of a connect, the ones of the start included: as many as it takes. */
const START = ['negotiation dormant', 'channel absent', 'connection new', 'session open']

describe('whoever listens may call anything, from the first transition on', () => {
  test.each(START)('close at %s', async (at) => {
    const socket = here.stage.socket()
    socket.on('transition', ({ chart, to }) => `${chart} ${to}` === at && socket.close())
    expect(await outcome(socket.connect(here.stage.connector(), here.stage.config('alice')))).toMatchObject({
      code: 'closed',
    })
    expect(socket.peerState).toBe(State.Closed)
  })

  test.each(START)('abort at %s', async (at) => {
    const socket = here.stage.socket()
    const abort = new AbortController()
    socket.on('transition', ({ chart, to }) => `${chart} ${to}` === at && abort.abort())
    const connecting = socket.connect(here.stage.connector(), here.stage.config('alice'), { signal: abort.signal })
    expect(await outcome(connecting)).toMatchObject({ code: 'aborted' })
  })

  test.each(START)('another connect at %s', async (at) => {
    const socket = here.stage.socket()
    const [connector, config] = [here.stage.connector(), here.stage.config('alice')]
    let inner: Promise<void> | undefined
    socket.on('transition', ({ chart, to }) => {
      if (`${chart} ${to}` === at) inner ??= socket.connect(connector, config)
    })
    await socket.connect(connector, config)
    expect(await outcome(inner as Promise<void>)).toBe('resolved')
  })
})

test.each(['subscribe', 'inspect'] as const)('a listener of %s that throws stops nobody', async (way) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const socket = here.stage.socket()
  let calls = 0
  socket[way](() => {
    calls += 1
    throw new Error('boom')
  })
  await socket.connect(here.stage.connector(), here.stage.config('alice'))
  expect([socket.peerState, said.mock.calls.length]).toEqual([State.Connected, calls])
})

test('every listener of every event throws, and the session goes on', async () => {
  const socket = here.stage.socket()
  const throwing = () => {
    throw new Error('boom')
  }
  for (const event of ['message', 'peer_state', 'dc_state', 'warning', 'drain', 'transition'] as const)
    socket.on(event, throwing)
  await socket.connect(here.stage.connector(), here.stage.config('alice'))
  expect(socket.getSnapshot()).toMatchObject({ peerState: State.Connected, lastError: { code: 'listener-failed' } })
})

test('what cannot be a track is refused at the call, and leaves nothing', () => {
  const socket = here.stage.socket()
  const refused = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      return error instanceof RealtimeError ? error.code : String(error)
    }
    return 'accepted'
  }
  expect([
    refused(() => socket.createSenderTrack({ name: 'a', kind: 'foo' as never })),
    refused(() => socket.createSenderTrack({ name: '', kind: 'video' })),
    refused(() => socket.createSenderTrack({ name: 5 as never, kind: 'video' })),
    refused(() => socket.createReceiverTrack('a', undefined as never)),
    refused(() => socket.createReceiverTrack('', 'video')),
    refused(() => socket.send({ a: 1 } as never)),
    refused(() => socket.createSenderTrack(undefined as never)),
    refused(() => socket.createSenderTrack({ name: 'b', kind: 'audio', stream: '' as never })),
    refused(() => socket.createSenderTrack({ name: 'b', kind: 'audio', stream: {} as never })),
  ]).toEqual(Array.from({ length: 9 }, () => 'invalid-config'))
  expect(socket.senders).toEqual([])
  expect(socket.createSenderTrack({ name: 'b', kind: 'audio' }).state).toBe('waiting')
})

test('wrong arguments of connect are a typed rejection, and the right ones are taken after it', async () => {
  const socket = here.stage.socket()
  const connector = here.stage.connector()
  const config = here.stage.config('alice')
  const seen = []
  for (const wrong of [
    () => socket.connect(undefined as never, config),
    () => socket.connect(connector, undefined as never),
    () => socket.connect(connector, { ...config, roomId: 5 as never }),
    () => socket.connect(connector, { ...config, token: undefined as never }),
    () => socket.connect(connector, config, { signal: new AbortController() as never }),
  ])
    seen.push(await outcome(wrong()))
  expect(seen).toEqual(seen.map(() => ({ code: 'invalid-config', phase: 'idle' })))
  await socket.connect(connector, { ...config, receivers: null as never }, null as never)
  const receiver = socket.createReceiverTrack('a', 'video')
  receiver.attach({ peer: 'bob', stream: 'cam' }, null as never)
  receiver.limit(null as never)
  socket.updateSdp(undefined as never, undefined as never)
  expect([socket.peerState, socket.getSnapshot().lastError?.code]).toEqual([State.Connected, 'stale-offer'])
})

test('a deadline without end is no deadline', async () => {
  const socket = here.stage.socket({ deadlines: { connect: Infinity, establish: 1e12 } })
  await socket.connect(here.stage.connector(), here.stage.config('alice'))
  expect(socket.peerState).toBe(State.Connected)
})

test('after close a track is stopped, and whoever waits for an offer hears closed', async () => {
  const socket = await here.stage.connected('alice')
  const receiver = socket.createReceiverTrack('a', 'video')
  socket.close()
  expect(receiver.state).toBe('stopped')
  expect(await outcome(socket.generateOffer())).toEqual({ code: 'closed', phase: 'idle' })
})

test('a round by hand, as the old SDK did it: offer, raw request, answer', async () => {
  const socket = here.stage.socket({ negotiation: 'manual' })
  await socket.connect(here.stage.connector(), here.stage.config('alice'))
  const receiver = socket.createReceiverTrack('a', 'video')
  expect(receiver.state).toBe('waiting')
  const { offer, meta } = await socket.generateOffer()
  const answered = new Promise<string>((resolve) => {
    socket.on('message', (text: string) => {
      const { req_id, data } = JSON.parse(text) as { req_id?: number; data?: { sdp?: string } }
      if (req_id === 1 && data?.sdp) resolve(data.sdp)
    })
  })
  socket.send(JSON.stringify({ type: 'request', req_id: 1, request: 'peer.updateSdp', data: meta }))
  socket.updateSdp(offer, await answered)
  await holds(() => receiver.state.startsWith('live'), 'the line of the round')
  expect(receiver.serverId).toBe('video_0')
})

test('close while the senders of a connect are created rejects it', async () => {
  const socket = here.stage.socket()
  socket.on('transition', ({ chart }) => chart.startsWith('sender') && socket.close())
  const config = here.stage.config('alice', { senders: [{ name: 'a', kind: 'audio' }] })
  expect(await outcome(socket.connect(here.stage.connector(), config))).toMatchObject({ code: 'closed' })
})

test('a sender that cannot be rejects the connect, which may be called again', async () => {
  const socket = here.stage.socket()
  const wrong = here.stage.config('alice', { senders: [{ name: 'a', kind: 'foo' as never }] })
  expect(await outcome(socket.connect(here.stage.connector(), wrong))).toMatchObject({ code: 'invalid-config' })
  await socket.connect(here.stage.connector(), here.stage.config('alice'))
  expect(socket.peerState).toBe(State.Connected)
})

test('a kept message that the channel turns out not to take is reported, those behind it go out', async () => {
  const sent: unknown[] = []
  const reported: unknown[] = []
  const port = new DataChannelPort(atm0sV01, new SteppedTime().environment.clock, 1_048_576, {
    deliver: () => {},
    drained: () => {},
    warn: ({ code }) => reported.push(code),
    wantsFates: () => false,
    fated: () => {},
    told: () => {},
    wished: () => {},
    keeps: false,
  })
  const noise = crypto.getRandomValues(new Uint8Array(65_000))
  port.send(new Uint8Array([...noise, ...noise]))
  port.send('after it')
  const channel = { send: (frame: unknown) => sent.push(frame) } as unknown as RTCDataChannel
  port.open(channel, () => 65_536)
  expect([sent, reported]).toEqual([['after it'], ['message-too-large']])
})
