// The page of the inspector: a session, and what its charts do.
import { mountInspector, type Inspector } from '../../src/inspect/index.js'
import { showCommands } from './commands.js'
import { byId, said } from './dom.js'
import { showFaults } from './faults.js'
import { ownSession, type OwnSession } from './own-session.js'
import { publishPattern, showPublishing } from './publishing.js'
import { showRecordings } from './recordings.js'
import { showStatistics } from './statistics.js'
import { showTalk } from './talk.js'
import { showOthers } from './viewing.js'

const TONES: Readonly<Record<string, string>> = { connected: 'good', created: 'off', closed: 'off', failed: 'bad' }

/** For the console of the browser, and for tests: `globalThis.inspected`. */
export interface Inspected {
  readonly socket: OwnSession['socket']
  readonly inspector: Inspector
  readonly recordings: ReturnType<typeof showRecordings>
}

/** Fills the page, and joins. */
export const start = async (): Promise<void> => {
  const session = await ownSession()
  const { socket, peer, room } = session
  const inspector = mountInspector(byId('live'), socket)

  const showState = () => {
    const { peerState, generation, lastError } = socket.getSnapshot()
    const now = byId('now')
    now.textContent = peerState
    now.dataset.tone = TONES[peerState] ?? 'busy'
    const error = lastError ? `, last error: ${lastError.code}` : ''
    byId('who').textContent = `${peer} in room ${room}, generation ${generation}${error}`
  }
  socket.subscribe(showState)
  showState()
  showCommands(session)
  showFaults(session)
  showPublishing(session)
  showOthers(session)
  showTalk(session)
  showStatistics(session)
  const recordings = showRecordings(session)

  const inspected: Inspected = { socket, inspector, recordings }
  Object.assign(globalThis, { inspected })

  if (new URLSearchParams(location.search).get('join') !== 'no') {
    publishPattern(session)
    session.connect().catch((error: unknown) => {
      byId('fault-note').textContent = `connect: ${said(error)}`
    })
  }
}
