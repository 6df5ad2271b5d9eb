import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'
import { Call, type CallView } from './call.js'

// How an application tests its own call screen: no browser, no server, no waiting. See docs/testing.md.
describe('the screen of a call', () => {
  let world: SimulatedWorld
  let device: Device
  let socket: RealtimeSocket
  let shown: CallView['status'][]
  let call: Call

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
    device = world.device()
    call = callWith(world.gateway.token('room', 'alice'))
  })

  afterEach(async () => {
    await world.until(socket[Symbol.asyncDispose]())
    expect(world.leftovers).toEqual({
      timers: 0,
      requests: 0,
      peerConnections: 0,
      pageListeners: 0,
      serverSessions: [],
    })
  })

  test('joins', async () => {
    await world.until(call.join(device.stream('audio')))
    expect([shown, call.view.banner, world.gateway.peers]).toEqual([
      ['ready', 'joining', 'live'],
      'You are live',
      [{ room: 'room', peer: 'alice' }],
    ])
  })

  test('does not trouble the user with a hole of four seconds', async () => {
    await world.until(call.join(device.stream('audio')))
    device.network.blackHole(4_000)
    await world.pass(20_000)
    expect(shown).toEqual(['ready', 'joining', 'live'])
  })

  test('says so when the path is dead, and joins again by the button', async () => {
    await world.until(call.join(device.stream('audio')))
    device.network.blackHole(60_000)
    await world.holds(() => call.view.canJoin)
    expect(shown.at(-1)).toBe('interrupted')
    device.network.heal()
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
