import { addButton, byId, said } from './dom.js'
import type { OwnSession } from './own-session.js'

const FREEZE_MS = 4_000

const POST = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** Buttons that do harm to this page's session, or to everybody's. */
export const showFaults = (session: OwnSession): void => {
  const { gateway, peer } = session
  const box = byId('faults')
  const note = byId('fault-note')
  const set = (what: string) => (note.textContent = what)
  const carry = async (done: string, act: () => Promise<Response> | void) => {
    try {
      const response = await act()
      set(!response || response.ok ? done : `Not done: ${await response.text()}`)
    } catch (error) {
      set(`Not done: ${said(error)}`)
    }
  }
  const path = (fault: object) => () => POST(`${gateway}/control/udp`, { ...fault, peer })
  const add = (text: string, done: string, act: () => Promise<Response> | void) =>
    addButton(box, text, () => void carry(done, act))

  add('Cut', 'The path is cut: no packet passes.', path({ fault: 'drop' }))
  add('Heal', 'The path is whole.', path({ fault: 'pass' }))
  add('Delay', 'Packets are 150 ms late, each way.', path({ fault: { delayMs: 150, jitterMs: 30 } }))
  add('Loss', 'One packet in five is lost.', path({ fault: { loss: 0.2, seed: 7 } }))
  add('Rebind', 'You come from another port now, as behind a NAT.', path({ action: 'rebind' }))
  add('Close channel', 'The gateway closed the data channel.', () => POST(`${gateway}/control/channel`, { peer }))
  add('Kill gateway', 'The gateway is gone, with every session.', () => fetch('/place/kill', { method: 'PUT' }))
  add('Restart gateway', 'The gateway runs, and knows nobody.', () => fetch('/place/restart', { method: 'PUT' }))
  const refuse = addButton(box, 'Refuse token', () => {
    session.refuseToken = !session.refuseToken
    refuse.setAttribute('aria-pressed', String(session.refuseToken))
    set(session.refuseToken ? 'The next token will be refused.' : 'Tokens are good again.')
  })
  refuse.setAttribute('aria-pressed', 'false')
  add(`Freeze page`, `The page did nothing for ${FREEZE_MS / 1_000} s.`, () => {
    // What a long task does to a session: no timer, no callback, while packets go on coming.
    const end = performance.now() + FREEZE_MS
    while (performance.now() < end);
  })
}
