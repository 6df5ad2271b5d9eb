import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StreamKinds } from '../../src/index.js'
import { Broadcast } from '../../src/inspect/node/broadcast.js'
import { serveInspector, type ServedInspector } from '../../src/inspect/node/index.js'
import type { Step } from '../../src/inspect/step.js'
import { Story } from '../../src/inspect/story.js'
import { stepsOf } from '../../src/inspect/tap.js'
import { plain } from '../../src/recording/tape.js'
import { knock, Looker } from './support/looker.js'
import { Simulated } from './support/simulated.js'

let session: Simulated
let served: ServedInspector
/** What an observer of this process sees. */
let seen: Step[]

beforeEach(async () => {
  session = new Simulated()
  seen = []
  stepsOf(session.socket, (step) => seen.push(step))
  served = await serveInspector(session.socket)
})

afterEach(async () => {
  await served.close()
  expect(await session.dispose()).toEqual(session.world.nothingLeft)
})

/** As it goes over the wire. */
const written = (steps: readonly Step[]) => JSON.parse(JSON.stringify(steps, plain)) as Step[]

const all = ({ steps }: Looker) => steps.length === seen.length

const sender = () => ({ name: 'camera', kind: StreamKinds.VIDEO, stream: session.device.stream('video') })

test('pages are told every step that an observer of the process sees, in order, the late ones too', async () => {
  const early = await new Looker(served.url).until(({ told }) => told.length > 0)
  await session.connect({ senders: [sender()] })
  session.device.network.blackHole(4_000)
  await session.world.pass(10_000)
  const late = await new Looker(served.url).until(all)
  session.socket.createReceiverTrack('view', StreamKinds.VIDEO)
  await session.world.pass(1_000)
  await Promise.all([early.until(all), late.until(all)])
  expect(seen.map(({ to }) => to)).toContain('reconnecting.reviving')
  expect(early.steps).toEqual(written(seen))
  expect(late.steps).toEqual(early.steps)
  expect(late.told[0]?.past?.length).toBeGreaterThan(20)
})

test('counts of messages and the clock of the session are told when they are asked for', async () => {
  const looker = await new Looker(served.url).until(({ told }) => told.length > 0)
  await session.connect()
  session.socket.send('hello')
  await session.world.pass(500)
  await looker.until(all)
  looker.ask()
  const { told } = await looker.until(({ told }) => told.at(-1)?.messages !== undefined)
  expect(told.at(-1)).toEqual({ now: session.device.environment.clock.now(), messages: session.socket.messages })
  expect(session.socket.messages.sent).toBe(1)
})

describe('the end of the session', () => {
  test('is told behind its last step, and nothing is awaited any more', async () => {
    const looker = await new Looker(served.url).until(({ told }) => told.length > 0)
    await session.connect()
    session.socket.send('the last')
    await session.dispose()
    await looker.ended()
    expect([looker.code, looker.told.at(-1)?.over, looker.steps]).toEqual([1000, true, written(seen)])
    expect(looker.told.at(-1)?.messages).toEqual(session.socket.messages)
    expect(session.socket.messages.sent).toBe(1)
    expect(looker.steps.findLast(({ chart }) => chart === 'session')).toMatchObject({ to: 'closed', ended: true })
  })

  test('does not take away what there was: who comes later sees it', async () => {
    await session.connect()
    await session.dispose()
    const looker = await new Looker(served.url).ended()
    expect([looker.code, looker.told.at(-1)?.over, looker.steps]).toEqual([1000, true, written(seen)])
  })

  test('comes without a last step where the chart of the session itself breaks', async () => {
    const looker = await new Looker(served.url).until(({ told }) => told.length > 0)
    session.socket.emit('peer_state', 'closed')
    await session.world.pass(6_000)
    await looker.ended()
    expect([looker.code, looker.told.at(-1)?.over]).toEqual([1000, true])
  })

  test('was before anybody looked', async () => {
    await session.dispose()
    const again = await serveInspector(session.socket)
    const looker = await new Looker(again.url).until(({ told }) => told.length > 0)
    expect(looker.steps.map(({ chart, to }) => [chart, to])[0]).toEqual(['session', 'closed'])
    await session.world.pass(6_000)
    expect((await looker.ended()).code).toBe(1000)
    await again.close()
  })
})

describe('only its own page is answered:', () => {
  const port = () => Number(new URL(served.url).port)

  const asked = async (headers: Record<string, string>, path = '/', method = 'GET') => {
    const asking = request({ host: '127.0.0.1', port: port(), path, method, headers })
    asking.end()
    const [answer] = await once(asking, 'response')
    const { statusCode, headers: said } = answer as { statusCode: number; headers: Record<string, string> }
    ;(answer as { resume(): void }).resume()
    return { status: statusCode, said }
  }

  test('a page of elsewhere, and a name of elsewhere that leads here, are refused', async () => {
    const own = `127.0.0.1:${port()}`
    const foreign = `rebound.example:${port()}`
    const statuses = await Promise.all([
      knock(served.url, { origin: `http://${own}` }),
      knock(served.url, { origin: `http://localhost:${port()}`, host: `localhost:${port()}` }),
      knock(served.url, { origin: 'https://elsewhere.example' }),
      knock(served.url, { origin: `http://127.0.0.1:${port() + 1}` }),
      knock(served.url, { origin: `https://${own}` }),
      knock(served.url, { origin: 'null' }),
      knock(served.url, {}),
      knock(served.url, { origin: `http://${foreign}`, host: foreign }),
      knock(served.url, { origin: `http://${own}`, host: foreign }),
      knock(served.url, { origin: `http://127.0.0.1.example`, host: '127.0.0.1.example' }),
      knock(served.url, { origin: `http://${own}` }, 'other'),
    ])
    expect(statuses).toEqual([101, 101, 403, 403, 403, 403, 403, 403, 403, 403, 403])
  })

  test('so are their requests, and nothing can be asked for but the page and modules of the package', async () => {
    const host = { host: `127.0.0.1:${port()}` }
    const statuses = [
      await asked(host),
      await asked(host, '/modules/inspect/page.js'),
      await asked({ ...host, origin: served.url.slice(0, -1) }),
      await asked({ host: 'rebound.example' }),
      await asked({ ...host, origin: 'https://elsewhere.example' }),
      await asked(host, '/', 'POST'),
      await asked(host, '/modules/../package.json'),
      await asked(host, '/modules/..%2fpackage.js'),
      await asked(host, '/modules/inspect/nothing.js'),
      await asked(host, '/modules//etc/passwd'),
      await asked(host, '//[/'),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 200, 403, 403, 405, 404, 404, 404, 404, 500])
    const { said } = await asked(host)
    expect([said['content-security-policy'], said['cross-origin-resource-policy'], said['cache-control']]).toEqual([
      expect.stringMatching(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/),
      'same-origin',
      'no-store',
    ])
  })
})

describe('close', () => {
  test('tells the pages, and frees the port and every connection', async () => {
    const lookers = [new Looker(served.url), new Looker(served.url)]
    await Promise.all(lookers.map((looker) => looker.until(({ told }) => told.length > 0)))
    await Promise.all([served.close(), served.close()])
    await Promise.all(lookers.map((looker) => looker.ended()))
    expect(lookers.map(({ code }) => code)).toEqual([1001, 1001])
    const next = createServer().listen(Number(new URL(served.url).port), '127.0.0.1')
    await once(next, 'listening')
    next.close()
    await once(next, 'close')
  })

  test('ends the observation of the session; so does a port that cannot be had', async () => {
    const { socket } = session
    let looking = 0
    const counted = {
      inspect: (observer: Parameters<typeof socket.inspect>[0]) => {
        const end = socket.inspect(observer)
        looking += 1
        return () => {
          looking -= 1
          end()
        }
      },
      getSnapshot: () => socket.getSnapshot(),
      environment: socket.environment,
      messages: socket.messages,
      peerState: socket.peerState,
      on: socket.on.bind(socket),
    }
    const port = Number(new URL(served.url).port)
    await expect(serveInspector(counted, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const listeners = socket.listeners('peer_state')?.length
    const other = await serveInspector(counted)
    const during = looking
    await other.close()
    expect([during, looking, socket.listeners('peer_state')?.length]).toEqual([1, 0, listeners])
  })
})

test('no token, no credential, no description and no payload goes over the wire', async () => {
  const looker = await new Looker(served.url).until(({ told }) => told.length > 0)
  await session.connect({ senders: [sender()], receivers: { video: 1 } })
  session.socket.send('secret-payload')
  await session.world.pass(1_000)
  const text = (await looker.until(all)).lines.join('\n')
  const { offer } = await session.world.until(session.socket.generateOffer())
  const lines = [...(offer.sdp ?? '').matchAll(/^a=(?:ice-ufrag|ice-pwd|fingerprint|candidate):(.*)$/gm)]
  expect(lines.length).toBeGreaterThan(2)
  const secrets = [...lines.map(([, value = '']) => value), ...session.token.split('.'), 'secret-payload']
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

test('what is no plain data stays in the process', async () => {
  class Foreign {
    readonly inside = 'secret-field'
  }
  session.socket.createSenderTrack({ ...sender(), label: new Foreign() as never })
  const { lines } = await new Looker(served.url).until(all)
  expect(lines.join()).toContain('"label":{}')
  expect(lines.join()).not.toContain('secret-field')
})

test('who comes late is told where each chart stood before the steps that are kept', () => {
  const story = new Story()
  const step = (at: number, chart: string, to: string): Step => ({
    ...{ at, chart, label: chart, from: '', to, event: 'go', generation: 1, edges: [] },
  })
  story.add(step(0, 'page', 'visible'))
  story.add({ ...step(0, 'sender-1', 'stopped'), ended: true })
  for (let at = 1; at < 6_000; at += 1) story.add(step(at, 'connection', `${at}`))
  expect([story.dropped, story.told.length]).toEqual([1_001, 5_002])
  // One that ended before them stands nowhere.
  expect([...story.moment.keys()]).toEqual(['page', 'connection'])
  expect(story.told.slice(0, 3).map(({ chart, to }) => [chart, to])).toEqual([
    ['page', 'visible'],
    ['connection', '999'],
    ['connection', '1000'],
  ])
})

test('a page that does not read is given up, and the others are told', async () => {
  const broadcast = new Broadcast(session.socket)
  const calls: string[] = []
  const double = (name: string, bufferedAmount: number) =>
    ({
      bufferedAmount,
      on: () => {},
      send: () => calls.push(`${name} is told`),
      terminate: () => calls.push(`${name} is given up`),
    }) as unknown as WebSocket
  broadcast.welcome(double('slow', Infinity))
  broadcast.welcome(double('quick', 0))
  broadcast.end()
  expect(calls).toEqual(['slow is given up', 'quick is told'])
})
