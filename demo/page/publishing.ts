import type { SenderTrack, StreamKinds } from '../../src/index.js'
import { addButton, byId, said } from './dom.js'
import type { OwnSession } from './own-session.js'
import { testPattern } from './pattern.js'
import { addTile } from './tiles.js'

type Source = () => MediaStream | Promise<MediaStream>

let published = 0

/** Publishes a stream under the next free name, and shows it where it is a picture. */
export const publish = (session: OwnSession, what: string, kind: StreamKinds, stream: MediaStream): SenderTrack => {
  published += 1
  const { socket, peer } = session
  const sender = socket.createSenderTrack({ name: `${what}_${published}`, kind, stream, screen: what === 'screen' })
  const tile = kind === 'video' ? addTile(stream, `${peer} (you): ${sender.info.name}`, kind) : undefined
  const end = () => {
    sender.stop()
    tile?.remove()
    for (const track of stream.getTracks()) track.stop()
    row.remove()
  }
  const row = document.createElement('li')
  row.append(Object.assign(document.createElement('span'), { textContent: sender.info.name }))
  addButton(row, 'Pause', (button) => {
    const paused = button.textContent === 'Resume'
    if (paused) sender.resume()
    else sender.pause()
    button.textContent = paused ? 'Pause' : 'Resume'
  }).setAttribute('aria-label', `Pause or resume ${sender.info.name}`)
  addButton(row, 'Stop', end).setAttribute('aria-label', `Stop ${sender.info.name}`)
  byId('tracks').append(row)
  // The reader of the screen share's own bar may end it too.
  for (const track of stream.getTracks()) track.addEventListener('ended', end)
  return sender
}

/** Publishes what the page can draw. */
export const publishPattern = (session: OwnSession): SenderTrack =>
  publish(session, 'pattern', 'video', testPattern(session.peer))

/** Buttons that publish. */
export const showPublishing = (session: OwnSession): void => {
  const box = byId('publish')
  const add = (text: string, what: string, kind: StreamKinds, source: Source) =>
    addButton(box, text, async (button) => {
      button.title = ''
      try {
        publish(session, what, kind, await source())
      } catch (error) {
        button.title = said(error)
        byId('fault-note').textContent = `${text}: ${said(error)}`
      }
    })
  add('Test pattern', 'pattern', 'video', () => testPattern(session.peer))
  add('Camera', 'camera', 'video', () => navigator.mediaDevices.getUserMedia({ video: true }))
  add('Microphone', 'microphone', 'audio', () => navigator.mediaDevices.getUserMedia({ audio: true }))
  add('Screen', 'screen', 'video', () => navigator.mediaDevices.getDisplayMedia({ video: true }))
}
