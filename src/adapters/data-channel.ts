import { fromCallback, type AnyEventObject } from 'xstate'
import { facts, factsOf, failure } from '../errors.js'
import type { IncomingData } from '../interfaces/options.js'
import type { OfGeneration } from '../machines/ports.js'
import type { ServerRequest } from '../protocol/gateway-protocol.js'
import { listen, task, worldOf } from './world.js'

export const dataChannelActors = {
  'data channel': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, sendBack, system }) => {
    const world = worldOf(system)
    const peer = world.peers.get(generation)
    const lost = (message: string, cause?: unknown) =>
      sendBack({
        type: 'channel.lost',
        generation,
        error: facts('channel-closed', message, { phase: 'connected', cause }),
      })
    if (!peer) return undefined
    const { channel } = peer
    const opened = () => sendBack({ type: 'channel.open', generation })
    const unlisten = [
      listen(channel, 'open', opened),
      listen(channel, 'close', () => lost('the data channel closed')),
      listen(channel, 'message', ({ data }: MessageEvent<IncomingData>) => world.channel.receive(data)),
      listen(channel, 'bufferedamountlow', () => world.channel.drained()),
    ]
    // Some stacks open faster than a listener can be added.
    if (channel.readyState === 'open') opened()
    return () => {
      for (const remove of unlisten) remove()
    }
  }),
  'open gate': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, system }) => {
    const world = worldOf(system)
    const peer = world.peers.get(generation)
    if (!peer) return undefined
    world.channel.open(
      peer.channel,
      () => peer.pc.sctp?.maxMessageSize,
      (error) => world.warn(factsOf(error, 'internal', 'connected')),
    )
    return () => world.channel.shut()
  }),
  'server request': task<void, OfGeneration & { request: ServerRequest }>(
    'request-refused',
    'connected',
    async ({ channel, protocol }, { request }, signal) => {
      const answer = await channel.request((id) => protocol.encodeRequest(id, request), signal)
      if (!answer.ok)
        throw failure('request-refused', answer.error ?? `the server refused ${request.kind}`, { phase: 'connected' })
    },
  ),
}
