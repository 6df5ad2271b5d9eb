import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../../src/index.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'
import { Call, type CallView } from './call.js'

// How an application tests its own call screen: no browser, no server, no waiting. See docs/testing.md.
describe('the screen of a call', () => {
  let world: SimulatedWorld
  let device: Device
  let socket: RealtimeSocket
  let shown: CallView['status'][]
  let call: Call
  let others: RealtimeSocket[]

  const callWith = (token: string) => {
    const { environment } = device
    socket = new RealtimeSocket(world.gateway.url, { environment })
    shown = []
    const connector = new MediaGatewayConnector(undefined, { environment })
    return new Call(socket, connector, { roomId: 'room', peerId: 'alice', token }, ({ status }) => {
      if (shown.at(-1) !== status) shown.push(status)
    })
  }

  beforeEach(() => {
    world = new SimulatedWorld()
    others = []
    device = world.device()
    call = callWith(world.gateway.token('room', 'alice'))
  })

  afterEach(async () => {
    expect(await world.dispose(socket, ...others)).toEqual(world.nothingLeft)
  })

  test('joins', async () => {
    await world.until(call.join(device.stream('audio')))
    expect([shown, call.view.banner, world.gateway.peers]).toEqual([
      ['ready', 'joining', 'live'],
      'You are live',
      [{ room: 'room', peer: 'alice' }],
    ])
  })

  /** Somebody else in the room, who hears what is sent: so many packets came so far. */
  const listener = async (): Promise<() => number> => {
    const other = world.device()
    const { environment } = other
    const ear = new RealtimeSocket(world.gateway.url, { environment })
    const track = ear.createReceiverTrack('ear', StreamKinds.AUDIO)
    track.attach({ peer: 'alice', stream: 'audio_main' })
    const token = world.gateway.token('room', 'bob')
    const connector = new MediaGatewayConnector(undefined, { environment })
    await world.until(ear.connect(connector, { roomId: 'room', peerId: 'bob', token }))
    others.push(ear)
    return () => other.received(track.getTrack())?.packets ?? 0
  }

  test('is heard, and not while it is muted', async () => {
    await world.until(call.join(device.stream('audio')))
    const heard = await listener()
    await world.holds(() => heard() > 0)
    call.mute(true)
    await world.pass(500)
    const before = heard()
    await world.pass(3_000)
    expect([heard() - before, call.view.muted]).toEqual([0, true])
    call.mute(false)
    await world.pass(3_000)
    expect(heard()).toBeGreaterThan(before)
  })

  test('who mutes before joining is not heard either', async () => {
    call.mute(true)
    await world.until(call.join(device.stream('audio')))
    const heard = await listener()
    await world.pass(3_000)
    expect([heard(), call.view.muted]).toEqual([0, true])
  })

  test('a page that is closed in the middle of it leaves nobody in the room', async () => {
    await world.until(call.join(device.stream('audio')))
    device.page.leave()
    await world.pass(100)
    expect(world.gateway.peers).toEqual([])
  })

  test('does not trouble the user with a hole of one second', async () => {
    await world.until(call.join(device.stream('audio')))
    device.network.blackHole(1_000)
    await world.pass(20_000)
    expect(shown).toEqual(['ready', 'joining', 'live'])
  })

  test('says so when nothing comes in, and goes on by itself', async () => {
    await world.until(call.join(device.stream('audio')))
    device.network.blackHole(60_000)
    await world.holds(() => call.view.status === 'interrupted')
    expect(call.view.canJoin).toBe(false)
    await world.holds(() => call.view.status === 'live')
    expect(shown).toEqual(['ready', 'joining', 'live', 'interrupted', 'live'])
  })

  test('joins again by the button, once it was given up', async () => {
    await world.until(call.join(device.stream('audio')))
    device.network.blackHole()
    device.http.faults.set('all', { kind: 'drop' })
    await world.holds(() => call.view.canJoin)
    expect(shown.at(-1)).toBe('interrupted')
    device.network.heal()
    device.http.faults.clear()
    await world.until(call.join(device.stream('audio')))
    expect(call.view.status).toBe('live')
  })

  test('says who is not allowed in', async () => {
    call = callWith('a token of somebody else')
    await world.until(call.join(device.stream('audio')))
    expect([shown, call.view.canJoin]).toEqual([['ready', 'joining', 'interrupted', 'refused'], true])
  })

  test('offers to join again when the gateway does not answer', async () => {
    device.http.faults.set('connect', { kind: 'hang' })
    await world.until(call.join(device.stream('audio')))
    expect([call.view.status, call.view.canJoin]).toEqual(['interrupted', true])
  })

  test('leaves', async () => {
    await world.until(call.join(device.stream('audio')))
    call.leave()
    expect([shown.at(-1), call.view.canJoin]).toEqual(['left', false])
  })
})
