import { byId, said } from './dom.js'
import type { OwnSession } from './own-session.js'

const write = (who: string, what: string): void => {
  const line = Object.assign(document.createElement('li'), { textContent: `${who}: ${what}` })
  byId('chat').append(line)
  line.scrollIntoView({ block: 'nearest' })
}

/** Says something to the room. */
export const say = async ({ rpc, peer }: OwnSession, what: string): Promise<void> => {
  write(peer, what)
  const answered = await rpc.request('dev.say', { data: what })
  if (!answered.status) write('not delivered', `${what} (${answered.error})`)
}

/** What is known of a request that got no answer. */
const unanswered = ({ socket: { peerState } }: OwnSession): string =>
  peerState === 'connected'
    ? '. No answer came: to a method that it does not know a gateway says nothing'
    : `. No answer came: the session is ${peerState}`

/** Chat and requests. */
export const showTalk = (session: OwnSession): void => {
  const { rpc } = session
  rpc.on('dev_said', (event) => {
    const { peer, data } = event as { peer: string; data: unknown }
    write(peer, String(data))
  })
  const field = byId<HTMLInputElement>('said')
  byId('say').addEventListener('submit', (event) => {
    event.preventDefault()
    const what = field.value.trim()
    field.value = ''
    if (what) void say(session, what)
  })
  const answer = byId('answer')
  byId('ask').addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      const data: unknown = JSON.parse(byId<HTMLInputElement>('data').value || 'null')
      answer.textContent = '…'
      const since = performance.now()
      const result = await rpc.request(byId<HTMLInputElement>('request').value, data)
      const took = `${Math.round(performance.now() - since)} ms`
      const refused = (error: string) => `refused: ${error} (${took})${error === 'timeout' ? unanswered(session) : ''}`
      answer.textContent = result.status ? `${JSON.stringify(result.data)} (${took})` : refused(result.error)
    } catch (error) {
      answer.textContent = said(error)
    }
  })
}
