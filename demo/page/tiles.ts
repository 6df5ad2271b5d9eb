import { byId } from './dom.js'

/** A stream that is shown. */
export interface Tile {
  /** Says that the picture is an old one, and why; an empty text that it is not. */
  age(why: string): void
  remove(): void
}

/** Shows a stream with its caption. */
export const addTile = (stream: MediaStream, caption: string, kind: 'audio' | 'video'): Tile => {
  const player = document.createElement(kind)
  // Own pictures and those of others are silent: sound has a player of its own.
  Object.assign(player, { srcObject: stream, autoplay: true, playsInline: true, muted: kind === 'video' })
  const play = () => void player.play().catch(() => {})
  stream.addEventListener('addtrack', play)
  play()
  if (kind === 'audio') {
    document.body.append(player)
    return { age: () => {}, remove: () => player.remove() }
  }
  const figure = document.createElement('figure')
  const old = Object.assign(document.createElement('p'), { className: 'old', hidden: true })
  figure.append(player, old, Object.assign(document.createElement('figcaption'), { textContent: caption }))
  player.setAttribute('aria-label', caption)
  byId('tiles').append(figure)
  return {
    age: (why) => {
      old.hidden = why === ''
      old.textContent = why
    },
    remove: () => figure.remove(),
  }
}
