import { MediaGatewayConnector, RealtimeSocket, RPC } from '../../src/index.js'
import type { PlaceFacts } from './place.js'

/** The session of this page. */
export interface OwnSession {
  readonly gateway: string
  readonly room: string
  readonly peer: string
  readonly socket: RealtimeSocket
  readonly rpc: RPC
  /** A token that no gateway takes is given while this is set. */
  refuseToken: boolean
  connect(): Promise<void>
  /** Asks the server of the page. Rejects where it is gone. */
  place(): Promise<PlaceFacts>
}

const NAMES = ['ada', 'blaise', 'carl', 'dora', 'emmy', 'fritz', 'grace', 'hedy', 'ivan', 'julia']

/** Another name for each page that is opened, the same after it is loaded again. */
const ownName = (): string => {
  const kept = sessionStorage.getItem('peer')
  const name = kept ?? `${NAMES[Math.floor(Math.random() * NAMES.length)]}-${Math.floor(Math.random() * 900) + 100}`
  sessionStorage.setItem('peer', name)
  return name
}

const json = async <T>(path: string): Promise<T> => (await fetch(path)).json() as Promise<T>

export const ownSession = async (): Promise<OwnSession> => {
  const query = new URLSearchParams(location.search)
  const room = query.get('room') || 'demo'
  const peer = query.get('peer') || ownName()
  const asked = new URLSearchParams({ room, peer })
  const place = () => json<PlaceFacts>(`/place?${asked}`)
  const { url: gateway } = await place()
  const socket = new RealtimeSocket(gateway)
  const token = async () => {
    if (session.refuseToken) return 'no token at all'
    return (await json<{ token: string }>(`/place/token?${asked}`)).token
  }
  const session: OwnSession = {
    gateway,
    room,
    peer,
    socket,
    rpc: new RPC(socket),
    refuseToken: false,
    connect: () => socket.connect(new MediaGatewayConnector(), { roomId: room, peerId: peer, token }),
    place,
  }
  return session
}
