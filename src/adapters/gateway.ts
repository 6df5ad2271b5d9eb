import { failure } from '../errors.js'
import type { IConnectConfig } from '../interfaces/connector.js'
import type { OfGeneration, Signalling } from '../machines/ports.js'
import { connectAnswer } from '../protocol/connect-answer.js'
import { beginKeeping } from './keeping.js'
import type { Peer } from './peer.js'
import { watching, withUpkeep } from './upkeep.js'
import { task, type ConnectOrder, type ServerSession, type World } from './world.js'

const configOf = ({ config }: ConnectOrder, token: string, offer: ReturnType<Peer['offer']>): IConnectConfig => ({
  room: config.roomId,
  peer: config.peerId,
  token,
  ...offer,
  mix_minus_audio: config.mixMinusAudio?.mode,
  codecs: config.codecs,
})

/** The connect request of a generation: its answer goes to the peer, the session's ids stay here for the farewell. */
const connectToGateway = async (world: World, generation: number, offer: number): Promise<void> => {
  const { attempt, order } = world
  const peer = world.peer(generation)
  const abort = new AbortController()
  const { connector } = order
  const answer = connector.connect(attempt.url, configOf(order, attempt.token, peer.offer(offer)), {
    signal: abort.signal,
  })
  const session: ServerSession = {
    url: attempt.url,
    connector,
    abort,
    answered: answer.then(
      ({ data }) => {
        if (data?.conn_id) session.ids = { nodeId: data.node_id, connId: data.conn_id }
      },
      () => {},
    ),
  }
  world.sessions.set(generation, session)
  peer.keepAnswer(offer, connectAnswer(await answer).sdp)
}

/** The offer of a later round, as a request over the data channel. */
const negotiateOverChannel = async (world: World, generation: number, offer: number, signal: AbortSignal) => {
  const peer = world.peer(generation)
  const { protocol } = world
  const answer = await world.channel.request((id) => protocol.encodeOffer(id, peer.offer(offer)), signal)
  const sdp = answer.ok ? protocol.answerSdp(answer.data) : undefined
  if (sdp === undefined)
    throw failure('request-refused', answer.error ?? 'the server refused the offer', { phase: 'renegotiating' })
  peer.keepAnswer(offer, sdp)
}

const provided = async <T>(what: string, value: T | (() => T | Promise<T>)): Promise<T> => {
  try {
    return await (typeof value === 'function' ? (value as () => T | Promise<T>)() : value)
  } catch (cause) {
    throw failure('provider-failed', `the function for ${what} threw`, { cause })
  }
}

/** The URLs that have not failed in this recovery; all of them where none is left. */
const worthTrying = ({ urls, path, attempt }: World, gateway: 'any' | 'next'): string | string[] => {
  if (gateway === 'any') path.failed.clear()
  else path.failed.add(attempt.url)
  const left = [urls].flat().filter((url) => !path.failed.has(url))
  if (left.length > 0 && gateway === 'next') return left
  path.failed.clear()
  return urls
}

export const gatewayActors = {
  'select gateway': task<void, OfGeneration & { gateway: 'any' | 'same' | 'next' }>(
    'no-gateway',
    'selecting-gateway',
    async (world, { gateway }, signal) => {
      const { connector, config } = world.order
      withUpkeep(world, () => {})
      const { storage } = world.options
      if (storage) await beginKeeping(world, storage)
      const [url, token, iceServers] = await Promise.all([
        gateway === 'same' ? world.attempt.url : connector.selectFromUrls(worthTrying(world, gateway), { signal }),
        provided('the token', config.token),
        provided('ICE servers', config.iceServers ?? world.options.iceServers ?? []),
      ])
      if (!signal.aborted) world.attempt = { url, token, iceServers }
    },
  ),
  'exchange offer': task<void, OfGeneration & { offer: number; signalling: Signalling }>(
    'gateway-unreachable',
    'awaiting-answer',
    async (world, { generation, offer, signalling }, signal) => {
      const peer = world.peer(generation)
      // Gathering begins while the request travels (RFC 9429 section 3.5.1).
      const local = peer.setLocal(offer)
      const sent =
        signalling === 'gateway'
          ? connectToGateway(world, generation, offer)
          : negotiateOverChannel(world, generation, offer, signal)
      await Promise.all([sent, local])
    },
  ),
  'trickle candidates': watching('trickleCandidates'),
  'await server session': task<void, OfGeneration>(
    'internal',
    'closing',
    async ({ sessions }, { generation }, signal) => {
      const session = sessions.get(generation)
      // Only the end of the farewell's time ends the request.
      signal.addEventListener('abort', () => session?.abort.abort(), { once: true })
      await session?.answered
    },
  ),
  'delete server session': task<void, OfGeneration>(
    'internal',
    'closing',
    async ({ sessions }, { generation }, signal) => {
      const session = sessions.get(generation)
      sessions.delete(generation)
      if (!session?.ids) return
      const { nodeId, connId } = session.ids
      await session.connector.close?.(session.url, nodeId, connId, { signal, keepalive: true })
    },
  ),
}
