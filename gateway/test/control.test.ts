import { expect, test } from 'vitest'
import { controlRoutes } from '../src/faults/control.js'
import type { Gateway } from '../src/index.js'
import { join } from './support/client.js'
import { started } from './support/gateway.js'
import { raw } from './support/http.js'

const post = async (gateway: Gateway, path: string, body?: unknown) => {
  const { status, body: text } = await raw(gateway.url + path, { method: 'POST', body })
  return [status, text.startsWith('{') ? (JSON.parse(text) as unknown) : text]
}

test('without the option there is no such route', async () => {
  const gateway = await started()
  expect(await raw(`${gateway.url}/control`)).toMatchObject({ status: 404, body: 'not found' })
})

test('the state, a fault of each kind, and all of it cleared', async () => {
  const gateway = await started({ control: true, relay: true })
  const client = await join(gateway, { peer: 'peer' })
  expect(await post(gateway, '/control/udp', { peer: 'peer', toClient: { delayMs: 5, seed: 2 } })).toEqual([
    200,
    { sessions: 1 },
  ])
  expect(await post(gateway, '/control/udp', { peer: 'nobody', fault: 'drop' })).toEqual([200, { sessions: 0 }])
  expect(await post(gateway, '/control/udp', { action: 'rebind' })).toEqual([200, { sessions: 1 }])
  const fault = { kind: 'fail', status: 503, body: { error: 'x' }, times: 3 }
  expect(await post(gateway, '/control/http', { route: 'connect', ...fault })).toEqual([200, { connect: fault }])

  const counts = { passed: expect.any(Number) as number, dropped: 0 }
  const state = (toClient: unknown, http: unknown) => ({
    relay: true,
    udp: {
      counts: { toGateway: counts, toClient: counts },
      paths: [
        {
          connId: client.connId,
          room: 'room',
          peer: 'peer',
          toGateway: { fault: 'pass', ...counts },
          toClient: { fault: toClient, ...counts },
        },
      ],
    },
    http,
  })
  const seen = await raw(`${gateway.url}/control`)
  expect(JSON.parse(seen.body)).toEqual(state({ delayMs: 5, seed: 2 }, { connect: fault }))
  expect(await post(gateway, '/control/clear')).toEqual([200, state('pass', {})])
  expect(gateway.faults.http.current()).toEqual({})
})

test('a channel that the gateway closes alone', async () => {
  const gateway = await started({ control: true })
  const client = await join(gateway, { peer: 'peer' })
  const other = await join(gateway, { peer: 'other' })
  expect(await post(gateway, '/control/channel', { peer: 'nobody' })).toEqual([200, { sessions: 0 }])
  expect(await post(gateway, '/control/channel', { connId: client.connId })).toEqual([200, { sessions: 1 }])
  await client.channelStates.find((state) => state === 'closed')
  expect([client.pc.connectionState, other.channelStates.past]).toEqual(['connected', ['open']])
  expect(gateway.sessions().map(({ peer, channelOpen }) => [peer, channelOpen])).toEqual([
    ['peer', false],
    ['other', true],
  ])
  expect(await post(gateway, '/control/channel', { pear: 'x' })).toEqual([
    400,
    'field "pear": expected nothing; there are peer, room, connId',
  ])
})

test('what cannot be done is said', async () => {
  const gateway = await started({ control: true })
  const refusals: [path: string, body: unknown, message: string][] = [
    ['udp', { fault: 'drop' }, 'The gateway has no UDP relay: start it with `relay: true`.'],
    ['udp', {}, 'nothing to do: give fault, toGateway, toClient or action'],
    ['udp', { fault: 'dorp' }, 'field "fault": expected one of pass, drop'],
    [
      'udp',
      { toGateway: { lost: 1 } },
      'field "toGateway.lost": expected nothing; there are loss, delayMs, jitterMs, seed',
    ],
    ['http', { kind: 'drop' }, 'field "route": expected one of health, connect, ice_remote, delete, all'],
    ['http', { route: 'all', kind: 'explode' }, 'field "kind": expected one of delay, drop, fail, hang, half'],
    ['http', { route: 'all', kind: 'delay', delayMs: -1 }, 'delayMs has to be an integer from 0 to 600000, not -1'],
    ['http', [], 'field "": expected an object'],
  ]
  for (const [path, body, message] of refusals)
    expect(await post(gateway, `/control/${path}`, body)).toEqual([400, message])
  expect(await post(gateway, '/control/http')).toEqual([400, 'Unexpected end of JSON input'])
  expect(JSON.parse((await raw(`${gateway.url}/control`)).body)).toEqual({ relay: false, udp: null, http: {} })
})

test('only this machine is answered, and a page of any origin', async () => {
  const gateway = await started({ control: true })
  const [route] = controlRoutes({ hasRelay: false, ...gateway.faults })
  const answerTo = async (from: string) => {
    const call = { from, url: new URL(gateway.url), headers: {}, parameter: '', readBody: () => Promise.resolve('') }
    return (await route?.handle(call))?.status
  }
  const addresses = ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '::ffff:10.0.0.1', '::2', '']
  expect(await Promise.all(addresses.map(answerTo))).toEqual([200, 200, 200, 200, 404, 404, 404, 404])
  const asked = await fetch(`${gateway.url}/control`, { headers: { origin: 'http://page' } })
  expect(asked.headers.get('access-control-allow-origin')).toBe('http://page')
})
