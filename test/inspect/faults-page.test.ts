import { describe, expect, test } from 'vitest'
import type { UdpFault } from '../../gateway/src/index.js'
import { until } from '../support/steps.js'
import { framesOfOthers, press, reaches, state, within, type Opened } from './support/page.js'
import { captions, harm, saysOfFaults, twoPeople } from './support/two-people.js'

const people = twoPeople()

const transitions = ({ page }: Opened) =>
  within(page, ({ inspector }) => inspector.steps.map(({ chart, to }) => `${chart} ${to}`))

describe('a fault button does what it says:', () => {
  const path = () => people.pathOf('ada')
  const alike = (fault: UdpFault) => ({ toGateway: fault, toClient: fault })

  test('delay and loss, which add up, cut and heal', async () => {
    const ada = await people.ada()
    await harm(ada, 'Delay', /150 ms late/)
    expect(path()).toEqual(alike({ delayMs: 150, jitterMs: 30 }))
    await harm(ada, 'Loss', /150 ms late.*20 % of the packets are lost/)
    expect(path()).toEqual(alike({ delayMs: 150, jitterMs: 30, loss: 0.2, seed: 7 }))
    await harm(ada, 'Cut', /is cut/)
    expect(path()).toEqual(alike('drop'))
    await harm(ada, 'Heal', /No fault is set.*is whole/)
    expect(path()).toEqual(alike('pass'))
  })

  test('rebind: another port, the same session', async () => {
    const { ada } = await people.meet()
    await harm(ada, 'Rebind', /another port/)
    const before = await framesOfOthers(ada.page)
    await until('pictures go on', 15_000, async () => (await framesOfOthers(ada.page)) > before + 20)
    expect((await state(ada.page)).generation).toBe(1)
  })

  test('close channel: it is lost, and a new one is had', async () => {
    const ada = await people.ada()
    await harm(ada, 'Close channel', /closed the data channel/)
    await until('it is lost', 10_000, async () => (await transitions(ada)).includes('channel lost'))
    await reaches(ada.page, 'connected')
  })

  test('kill and restart the gateway: the session joins the new one', async () => {
    const ada = await people.ada()
    await harm(ada, 'Kill gateway', /is gone/)
    expect(people.served.place.running).toBe(false)
    await reaches(ada.page, 'disconnected')
    await harm(ada, 'Restart gateway', /knows nobody/)
    expect(people.served.place.running).toBe(true)
    await reaches(ada.page, 'connected')
    expect((await state(ada.page)).generation).toBeGreaterThan(1)
  })

  test('refuse the token: a connect is refused, until tokens are good again', async () => {
    const carl = await people.comes('carl', { join: false })
    await harm(carl, 'Refuse token', /will be refused/)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'failed')
    expect((await state(carl.page)).lastError?.code).toBe('token-refused')
    await harm(carl, 'Refuse token', /good again/)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'connected')
  })

  test('freeze the page: nothing runs in it for four seconds', async () => {
    const ada = await people.ada()
    await within(ada.page, () => {
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
    await harm(ada, 'Freeze page', /did nothing/)
    const gaps = await within(ada.page, () => (globalThis as unknown as { gaps: number[] }).gaps)
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(3_900)
    await reaches(ada.page, 'connected')
  })
})

describe('what is said to be set is what is set:', () => {
  test('a cut is, when the page is loaded again', async () => {
    const ada = await people.ada()
    await saysOfFaults(ada, /^No fault is set/)
    await harm(ada, 'Cut', /is cut/)
    await ada.page.reload()
    await saysOfFaults(ada, /is cut/)
  })

  test('a gateway that somebody else has killed is, to who was there and to who comes', async () => {
    const { ada, bob } = await people.meet()
    await harm(ada, 'Kill gateway', /is gone/)
    await saysOfFaults(bob, /is gone/)
    const carl = await people.comes('carl')
    await saysOfFaults(carl, /is gone/)
    await people.leaves(carl)
    await harm(ada, 'Restart gateway', /No fault is set/)
    await saysOfFaults(bob, /No fault is set/)
  })

  test('all of it is, each direction by itself where they differ', async () => {
    const ada = await people.ada()
    await harm(ada, 'Refuse token', /will be refused/)
    await harm(ada, 'Delay', /150 ms late.*will be refused/)
    await fetch(`${people.served.place.url}/control/udp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ peer: 'ada', toClient: { loss: 0.125 } }),
    })
    await saysOfFaults(ada, /To the gateway: Packets are 150.*From the gateway: 12.5 % of.*will be refused/)
  })
})

test('a picture of others says that it is old when the session is, until it is live again', async () => {
  const { ada } = await people.meet()
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
