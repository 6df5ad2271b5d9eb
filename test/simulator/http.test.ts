import { beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector } from '../../src/index.js'
import { HttpNetwork } from '../../src/testing/http/http-network.js'
import type { HttpFault } from '../../src/testing/http/http-faults.js'
import type { HttpServer } from '../../src/testing/http/http-server.js'
import { Lane } from '../../src/testing/scheduler/lane.js'
import { Scheduler } from '../../src/testing/scheduler/scheduler.js'

const URL_1 = 'https://one.example'

const stage = () => {
  const scheduler = new Scheduler()
  const page = new Lane(scheduler, 'page')
  const served: string[] = []
  const server = {
    up: true,
    handle({ method, path, headers, body }, answer) {
      served.push(`${method} ${path} ${headers['user-agent']} ${body}`)
      answer({ status: 200, body: { status: true, data: 'OK' } })
    },
  } satisfies HttpServer as HttpServer & { up: boolean }
  const access = { offline: false }
  const http = new HttpNetwork(scheduler, access, page, new Map([[URL_1, server]]), 'tester')
  const settled = async (promise: Promise<Response>) => {
    try {
      const response = await scheduler.until(promise)
      return `${response.status} ${await response.text()} at ${scheduler.now}`
    } catch (error) {
      return `${(error as Error).name} at ${scheduler.now}`
    }
  }
  return { scheduler, page, access, http, server, served, settled }
}

describe('HTTP', () => {
  let all: ReturnType<typeof stage>
  const get = (init?: RequestInit) => all.http.fetch(`${URL_1}/health?x=1`, init)

  beforeEach(() => {
    all = stage()
  })

  test('a request takes its way, and so does the answer', async () => {
    const answer = await all.settled(get({ method: 'POST', body: '{}' }))
    expect([answer, all.served]).toEqual(['200 {"status":true,"data":"OK"} at 20', ['POST /health tester {}']])
  })

  test.each([
    ['delay', { kind: 'delay', delayMs: 500 }, '200 {"status":true,"data":"OK"} at 520', 1],
    ['drop', { kind: 'drop' }, 'TypeError at 20', 0],
    ['drop of what was applied', { kind: 'drop', applied: true }, 'TypeError at 20', 1],
    ['fail', { kind: 'fail', status: 503, body: 'busy' }, '503 busy at 20', 0],
    ['hang', { kind: 'hang' }, 'NeverSettles at 0', 0],
    ['half', { kind: 'half' }, 'TypeError at 20', 1],
  ] as const)('%s', async (_, fault, outcome, served) => {
    all.http.faults.set('health', fault as HttpFault)
    const seen = await all.settled(get())
    expect([seen.startsWith('NeverSettles') ? 'NeverSettles at 0' : seen, all.served.length]).toEqual([outcome, served])
  })

  test('a fault strikes its route alone, and as often as it is told', async () => {
    all.http.faults.set('connect', { kind: 'drop' })
    all.http.faults.set('health', { kind: 'fail', times: 1 })
    expect([await all.settled(get()), await all.settled(get())]).toEqual([
      '500  at 20',
      '200 {"status":true,"data":"OK"} at 40',
    ])
  })

  test('nobody there: it fails after the way there and back', async () => {
    expect(await all.settled(all.http.fetch('https://nobody.example/'))).toBe('TypeError at 20')
    all.server.up = false
    expect(await all.settled(get())).toBe('TypeError at 40')
  })

  test('offline it fails at once, also what is under way', async () => {
    const under = get()
    all.access.offline = true
    all.http.breakAll()
    expect([await all.settled(under), await all.settled(get())]).toEqual(['TypeError at 0', 'TypeError at 0'])
  })

  test('an aborted one ends at once, and is not counted as open', async () => {
    const abort = new AbortController()
    const under = get({ signal: abort.signal })
    expect(all.http.open).toBe(1)
    abort.abort()
    expect([await all.settled(under), all.http.open]).toEqual(['AbortError at 0', 0])
    expect(await all.settled(get({ signal: AbortSignal.abort() }))).toBe('AbortError at 0')
  })

  test('our connector works over it, its deadlines in virtual time', async () => {
    const { http, page, scheduler } = all
    const connector = new MediaGatewayConnector(undefined, { environment: { fetch: http.fetch, clock: page.clock } })
    const urls = ['https://nobody.example', URL_1]
    expect(await scheduler.until(connector.selectFromUrls(urls))).toBe(URL_1)
    http.faults.set('health', { kind: 'hang' })
    await expect(scheduler.until(connector.selectFromUrls(urls))).rejects.toMatchObject({ code: 'no-gateway' })
    expect([scheduler.now, http.open, page.timers]).toEqual([2_520, 0, 0])
  })
})
