import type { UdpImpairment } from '../../gateway/src/index.js'
import { addButton, byId, said } from './dom.js'
import { toldOfFaults } from './faults-set.js'
import type { OwnSession } from './own-session.js'

const FREEZE_MS = 4_000
const LOOK_EVERY_MS = 2_000

const POST = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** Writes what is set, whoever has set it; the returned function looks at once. */
const showSet = (session: OwnSession): (() => Promise<void>) => {
  const { socket } = session
  const line = byId('faults-set')
  let looks = 0
  const look = async () => {
    looks += 1
    const turn = looks
    const text = await session.place().then(
      (facts) => toldOfFaults(facts, session.refuseToken),
      () => 'Not known: the server of this page does not answer.',
    )
    // Read out is only what is new.
    if (turn === looks && line.textContent !== text) line.textContent = text
  }
  let before = socket.peerState
  socket.subscribe(() => {
    if (socket.peerState === before) return
    before = socket.peerState
    void look()
  })
  setInterval(() => void look(), LOOK_EVERY_MS)
  void look()
  return look
}

/** Buttons that do harm to this page's session, or to everybody's. */
export const showFaults = (session: OwnSession): void => {
  const { gateway, peer } = session
  const box = byId('faults')
  const note = byId('fault-note')
  const look = showSet(session)
  const carry = async (done: string, act: () => Promise<Response> | void) => {
    try {
      const response = await act()
      note.textContent = !response || response.ok ? done : `Not done: ${await response.text()}`
    } catch (error) {
      note.textContent = `Not done: ${said(error)}`
    }
    await look()
  }
  const path = (change: object) => POST(`${gateway}/control/udp`, { ...change, peer })
  /** Beside what else is done to the packets. */
  const impair = (more: UdpImpairment) => async () => {
    const { toGateway } = (await session.place()).path
    return path({ fault: { ...(typeof toGateway === 'object' ? toGateway : {}), ...more } })
  }
  const add = (text: string, done: string, act: () => Promise<Response> | void) =>
    addButton(box, text, () => void carry(done, act))

  add('Cut', '', () => path({ fault: 'drop' }))
  add('Heal', 'The path is whole.', () => path({ fault: 'pass' }))
  add('Delay', '', impair({ delayMs: 150, jitterMs: 30 }))
  add('Loss', '', impair({ loss: 0.2, seed: 7 }))
  add('Rebind', 'You come from another port now, as behind a NAT.', () => path({ action: 'rebind' }))
  add('Close channel', 'The gateway closed the data channel.', () => POST(`${gateway}/control/channel`, { peer }))
  add('Kill gateway', '', () => fetch('/place/kill', { method: 'PUT' }))
  add('Restart gateway', 'The gateway runs, and knows nobody.', () => fetch('/place/restart', { method: 'PUT' }))
  const refuse = addButton(box, 'Refuse token', () => {
    session.refuseToken = !session.refuseToken
    refuse.setAttribute('aria-pressed', String(session.refuseToken))
    void carry(session.refuseToken ? '' : 'Tokens are good again.', () => {})
  })
  refuse.setAttribute('aria-pressed', 'false')
  add(`Freeze page`, `The page did nothing for ${FREEZE_MS / 1_000} s.`, () => {
    // What a long task does to a session: no timer, no callback, while packets go on coming.
    const end = performance.now() + FREEZE_MS
    while (performance.now() < end);
  })
}
