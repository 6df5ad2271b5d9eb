import { byId } from './dom.js'

/** Shows a stream with its caption; the returned function takes it away. */
export const addTile = (stream: MediaStream, caption: string, kind: 'audio' | 'video'): (() => void) => {
  const player = document.createElement(kind)
  // Own pictures and those of others are silent: sound has a player of its own.
  Object.assign(player, { srcObject: stream, autoplay: true, playsInline: true, muted: kind === 'video' })
  const play = () => void player.play().catch(() => {})
  stream.addEventListener('addtrack', play)
  play()
  if (kind === 'audio') {
    document.body.append(player)
    return () => player.remove()
  }
  const figure = document.createElement('figure')
  figure.append(player, Object.assign(document.createElement('figcaption'), { textContent: caption }))
  player.setAttribute('aria-label', caption)
  byId('tiles').append(figure)
  return () => figure.remove()
}
