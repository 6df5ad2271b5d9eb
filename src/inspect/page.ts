// The script of the page that a Node process serves (node/serve.ts).
import { environmentWith } from '../adapters/environment.js'
import { mountInspector } from './mount.js'
import { remoteSource, type RemoteNews, type RemoteStatus } from './remote.js'
import { PALETTE } from './style.js'

const SAID: Readonly<Record<RemoteStatus, string>> = {
  connecting: 'connecting to the process',
  connected: 'connected',
  over: 'no longer connected: the session is closed',
  gone: 'no longer connected: the process has ended, or shows its session no more',
}
const TONES: Readonly<Record<RemoteStatus, string>> = {
  connecting: 'busy',
  connected: 'good',
  over: 'off',
  gone: 'bad',
}

const part = (id: string) => document.querySelector<HTMLElement>(`#${id}`)!

const style = document.createElement('style')
style.textContent = PALETTE
document.head.append(style)

const show = ({ status, dropped }: RemoteNews): void => {
  const older = dropped > 0 ? ` (${dropped} older steps are kept no more)` : ''
  part('status').textContent = `${SAID[status]}${older}`
  part('status').style.color = `var(--${TONES[status]})`
}

const wire = new WebSocket(`ws://${location.host}/steps`)
const inspector = mountInspector(part('inspector'), remoteSource(wire, environmentWith().clock, show))
// For the console of the browser.
Object.assign(globalThis, { inspected: { inspector } })
