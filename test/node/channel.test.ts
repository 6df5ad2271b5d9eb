import { describe, expect, test } from 'vitest'
import { RPC, StreamKinds, type RealtimeSocket } from '../../src/index.js'
import { NOTHING_SENT } from '../../src/adapters/outbox.js'
import { holds, outcome } from '../support/stage.js'
import { onNode } from './place.js'

const here = onNode()

const NONE = NOTHING_SENT

const fates = ({ messages }: RealtimeSocket): typeof NONE => {
  const { received: _, dropped: __, ...sent } = messages
  return sent
}

describe('the fate of a message', () => {
  test('kept, sent, confirmed by the server', async () => {
    const socket = here.stage.socket()
    const seen = [fates(socket)]
    socket.send('one')
    socket.send('two')
    seen.push(fates(socket))
    await socket.connect(here.stage.connector(), here.stage.config('alice'))
    seen.push(fates(socket))
    await holds(() => socket.messages.delivered === 2, 'the confirmation')
    seen.push(fates(socket))
    expect(seen).toEqual([NONE, { ...NONE, waiting: 2 }, { ...NONE, sent: 2 }, { ...NONE, sent: 2, delivered: 2 }])
  })

  test('sent, and the channel ended before it was confirmed: reported', async () => {
    const socket = await here.stage.connected('alice')
    const warned: string[] = []
    socket.on('warning', ({ code, message }) => warned.push(`${code}: ${message}`))
    socket.send('one')
    here.stage.ledger.made[0]!.close()
    await holds(() => socket.messages.unconfirmed === 1, 'the end')
    expect([warned, fates(socket)]).toEqual([
      ['unconfirmed: unconfirmed messages: 1'],
      { ...NONE, sent: 1, unconfirmed: 1 },
    ])
  })

  test('never sent, since the socket was closed; nothing is reported then', async () => {
    const socket = here.stage.socket()
    const warned: unknown[] = []
    socket.on('warning', (error) => warned.push(error))
    socket.send('one')
    socket.close()
    const other = await here.stage.connected('bob')
    other.on('warning', (error) => warned.push(error))
    other.send('two')
    other.close()
    expect([warned, fates(socket), fates(other), other.getSnapshot().lastError]).toEqual([
      [],
      { ...NONE, expired: 1 },
      { ...NONE, sent: 1, unconfirmed: 1 },
      undefined,
    ])
  })
})

test('drain comes when there is room again, where the stack has no event for it too', async () => {
  const socket = await here.stage.connected('alice')
  const noise = crypto.getRandomValues(new Uint8Array(60_000))
  let drained = 0
  socket.on('drain', () => (drained += 1))
  for (let sent = 0; sent < 30; sent += 1) socket.send(noise)
  await holds(() => drained > 0, 'room')
  expect(socket.bufferedAmount).toBeLessThanOrEqual(65_536)
})

describe('an answer that the server could not send over the channel', () => {
  const receivers = (socket: RealtimeSocket, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => socket.createReceiverTrack(`r${from + index}`, StreamKinds.VIDEO))
  const live = (tracks: readonly { state: string }[]) => tracks.filter(({ state }) => state.startsWith('live')).length

  test('is avoided by offering fewer codecs on the new lines', async () => {
    const socket = await here.stage.connected('alice', { receivers: { video: 20 } })
    receivers(socket, 0, 20)
    const more = receivers(socket, 20, 44)
    await holds(() => live(more) === 24, 'the lines')
    const codecs = (mid: string) =>
      here.stage.ledger.made[0]!.localDescription!.sdp.split(/^m=/m)
        .find((section) => section.includes(`a=mid:${mid}\r`))!
        .match(/a=rtpmap:\d+ VP9/g)!.length
    const line = (of: { transceiver: RTCRtpTransceiver | undefined }) => codecs(of.transceiver!.mid!)
    // The first goes alone, the others wait for its round to end.
    expect([line(socket.receivers[0]!), line(more[0]!), line(more[1]!), socket.getSnapshot().lastError]).toEqual([
      4,
      4,
      1,
      undefined,
    ])
  })

  test('is a typed error, before anything is sent; the session goes on', async () => {
    const socket = await here.stage.connected('alice', { receivers: { video: 40 } })
    const warned: string[] = []
    socket.on('warning', ({ code, phase }) => warned.push(`${code} ${phase}`))
    const all = receivers(socket, 0, 60)
    await holds(() => warned.length > 0, 'the warning')
    expect([warned, live(all), await outcome(socket.generateOffer())]).toEqual([
      ['offer-too-large renegotiating'],
      41,
      { code: 'offer-too-large', phase: 'renegotiating' },
    ])
    expect(await new RPC(socket).request('room.unsubscribe', { peer: '' })).toEqual({ status: false, error: 'refused' })
    // The next generation asks by HTTP, which has no such bound.
    here.stage.ledger.made[0]!.close()
    await holds(() => live(all) === 60, 'the lines of the next session')
  })
})
