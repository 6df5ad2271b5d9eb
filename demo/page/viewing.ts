import type { StreamKinds } from '../../src/index.js'
import type { OwnSession } from './own-session.js'
import { addTile, type Tile } from './tiles.js'

interface News {
  readonly peer: string
  readonly stream: string
  readonly kind: StreamKinds
}

/** Watches every stream of the room that is not this page's own, as long as it is there. */
export const showOthers = ({ socket, rpc, peer }: OwnSession): void => {
  const watched = new Map<string, { readonly tile: Tile; end(): void }>()
  const age = (tile: Tile) => {
    const { peerState } = socket
    tile.age(peerState === 'connected' ? '' : `Not live: the session is ${peerState}.`)
  }
  const seen = new Map<string, number>()
  const keyOf = (news: News) => `${news.peer}/${news.stream}`
  rpc.on('stream_added', (data) => {
    const news = data as News
    if (news.peer === peer || watched.has(keyOf(news))) return
    const times = (seen.get(keyOf(news)) ?? 0) + 1
    seen.set(keyOf(news), times)
    // What comes back gets a receiver of its own, with a name of its own.
    const name = times === 1 ? keyOf(news) : `${keyOf(news)} (${times})`
    const receiver = socket.createReceiverTrack(name, news.kind)
    receiver.attach({ peer: news.peer, stream: news.stream })
    const tile = addTile(receiver.stream, `${news.peer}: ${news.stream}`, news.kind)
    const end = () => {
      receiver.stop()
      tile.remove()
    }
    watched.set(keyOf(news), { tile, end })
    age(tile)
  })
  rpc.on('stream_removed', (data) => {
    const key = keyOf(data as News)
    watched.get(key)?.end()
    watched.delete(key)
  })
  socket.subscribe(() => {
    for (const { tile } of watched.values()) age(tile)
  })
}
