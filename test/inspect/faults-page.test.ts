import { describe, expect, test } from 'vitest'
import type { UdpFault } from '../../gateway/src/index.js'
import { until } from '../support/steps.js'
import { framesOfOthers, opened, press, reaches, state, within } from './support/page.js'
import { captions, harm, saysOfFaults, twoPeople } from './support/two-people.js'

const people = twoPeople()

const transitions = () =>
  within(people.ada.page, ({ inspector }) => inspector.steps.map(({ chart, to }) => `${chart} ${to}`))

describe('a fault button does what it says:', () => {
  const path = () => people.pathOf('ada')
  const alike = (fault: UdpFault) => ({ toGateway: fault, toClient: fault })

  test('delay and loss, which add up, cut and heal', async () => {
    await harm(people.ada, 'Delay', /150 ms late/)
    expect(path()).toEqual(alike({ delayMs: 150, jitterMs: 30 }))
    await harm(people.ada, 'Loss', /150 ms late.*20 % of the packets are lost/)
    expect(path()).toEqual(alike({ delayMs: 150, jitterMs: 30, loss: 0.2, seed: 7 }))
    await harm(people.ada, 'Cut', /is cut/)
    expect(path()).toEqual(alike('drop'))
    await harm(people.ada, 'Heal', /No fault is set.*is whole/)
    expect(path()).toEqual(alike('pass'))
  })

  test('rebind: another port, the same session', async () => {
    await harm(people.ada, 'Rebind', /another port/)
    const before = await framesOfOthers(people.ada.page)
    await until('pictures go on', 15_000, async () => (await framesOfOthers(people.ada.page)) > before + 20)
    expect((await state(people.ada.page)).generation).toBe(1)
  })

  test('close channel: it is lost, and a new one is had', async () => {
    await harm(people.ada, 'Close channel', /closed the data channel/)
    await until('it is lost', 10_000, async () => (await transitions()).includes('channel lost'))
    await reaches(people.ada.page, 'connected')
  })

  test('kill and restart the gateway: the session joins the new one', async () => {
    await harm(people.ada, 'Kill gateway', /is gone/)
    expect(people.served.place.running).toBe(false)
    await reaches(people.ada.page, 'disconnected')
    await harm(people.ada, 'Restart gateway', /knows nobody/)
    expect(people.served.place.running).toBe(true)
    await reaches(people.ada.page, 'connected')
    expect((await state(people.ada.page)).generation).toBeGreaterThan(1)
  })

  test('refuse the token: a connect is refused, until tokens are good again', async () => {
    const carl = await opened(people.browser, `${people.urlOf('carl')}&join=no`)
    await harm(carl, 'Refuse token', /will be refused/)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'failed')
    expect((await state(carl.page)).lastError?.code).toBe('token-refused')
    await harm(carl, 'Refuse token', /good again/)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'connected')
    await carl.page.browserContext().close()
  })

  test('freeze the page: nothing runs in it for four seconds', async () => {
    await within(people.ada.page, () => {
      const gaps: number[] = []
      let last = performance.now()
      const tick = () => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        requestAnimationFrame(tick)
      }
      requestAnimationFrame(tick)
      Object.assign(globalThis, { gaps })
    })
    await harm(people.ada, 'Freeze page', /did nothing/)
    const gaps = await within(people.ada.page, () => (globalThis as unknown as { gaps: number[] }).gaps)
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(3_900)
    await reaches(people.ada.page, 'connected')
  })
})

describe('what is said to be set is what is set:', () => {
  test('a cut is, when the page is loaded again', async () => {
    await saysOfFaults(people.ada, /^No fault is set/)
    await harm(people.ada, 'Cut', /is cut/)
    await people.ada.page.reload()
    await saysOfFaults(people.ada, /is cut/)
  })

  test('a gateway that somebody else has killed is, to who was there and to who comes', async () => {
    await harm(people.ada, 'Kill gateway', /is gone/)
    await saysOfFaults(people.bob, /is gone/)
    const carl = await opened(people.browser, people.urlOf('carl'))
    await saysOfFaults(carl, /is gone/)
    await carl.page.browserContext().close()
    await harm(people.ada, 'Restart gateway', /No fault is set/)
    await saysOfFaults(people.bob, /No fault is set/)
  })

  test('all of it is, each direction by itself where they differ', async () => {
    await harm(people.ada, 'Refuse token', /will be refused/)
    await harm(people.ada, 'Delay', /150 ms late.*will be refused/)
    await fetch(`${people.served.place.url}/control/udp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ peer: 'ada', toClient: { loss: 0.125 } }),
    })
    await saysOfFaults(people.ada, /To the gateway: Packets are 150.*From the gateway: 12.5 % of.*will be refused/)
  })
})

test('a picture of others says that it is old when the session is, until it is live again', async () => {
  const { ada } = people
  const said = () =>
    within(ada.page, () => [...document.querySelectorAll('.old')].map(({ textContent }) => textContent))
  await until('bob is seen', 20_000, async () => (await captions(ada)).length === 2)
  expect(await said()).toEqual(['', ''])
  await harm(ada, 'Cut', /is cut/)
  await reaches(ada.page, 'disconnected')
  expect(await said()).toEqual(['', 'Not live: the session is disconnected.'])
  await harm(ada, 'Heal', /is whole/)
  await reaches(ada.page, 'connected')
  expect(await said()).toEqual(['', ''])
  await press(ada.page, 'close')
  await reaches(ada.page, 'closed')
  expect(await said()).toEqual(['', 'Not live: the session is closed.'])
})
