import { fromCallback, type AnyEventObject } from 'xstate'
import { facts, failure } from '../errors.js'
import type { IncomingData } from '../interfaces/options.js'
import type { OfGeneration } from '../machines/ports.js'
import type { ServerRequest } from '../protocol/gateway-protocol.js'
import { LOW_WATER } from './data-channel-port.js'
import { listen, task, worldOf } from './world.js'

/** Milliseconds between two looks at what is buffered, where no event tells. */
const LOOK_EVERY = 20

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
    const { clock } = world.environment
    let looking: unknown
    // libwebrtc in Node has no `bufferedamountlow`.
    const look = () => {
      looking = undefined
      if (channel.bufferedAmount > LOW_WATER) looking = clock.setTimeout(look, LOOK_EVERY)
      else world.channel.outlet.drained()
    }
    if (!('bufferedAmountLowThreshold' in channel))
      world.channel.onHandedMuch = () => {
        looking ??= clock.setTimeout(look, LOOK_EVERY)
      }
    world.channel.onOwed = () => sendBack({ type: 'messages.sent' })
    const unlisten = [
      listen(channel, 'open', opened),
      listen(channel, 'close', () => lost('the data channel closed')),
      listen(channel, 'message', ({ data }: MessageEvent<IncomingData>) => world.channel.receive(data)),
      listen(channel, 'bufferedamountlow', () => world.channel.outlet.drained()),
    ]
    // Some stacks open faster than a listener can be added.
    if (channel.readyState === 'open') opened()
    return () => {
      for (const remove of unlisten) remove()
      clock.clearTimeout(looking)
      world.channel.onHandedMuch = undefined
    }
  }),
  'open gate': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, system }) => {
    const world = worldOf(system)
    const peer = world.peers.get(generation)
    if (!peer) return undefined
    world.path.unansweredSince = undefined
    world.living.clear()
    world.channel.open(peer.channel, () => peer.pc.sctp?.maxMessageSize)
    return () => {
      const count = world.channel.shut()
      // A channel that is open still is being closed on purpose.
      if (count > 0 && peer.channel.readyState !== 'open')
        world.warn(facts('unconfirmed', `unconfirmed messages: ${count}`, { phase: 'connected' }))
    }
  }),
  'hold messages': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, system }) => {
    const world = worldOf(system)
    const resume = world.channel.hold()
    // Not every stack says at once that the channel of a closed peer connection takes nothing any more.
    return () => resume(world.peers.has(generation))
  }),
  'confirm messages': task<boolean, OfGeneration>('channel-closed', 'connected', ({ channel }, _, signal) =>
    channel.confirm(signal),
  ),
  'server request': task<void, OfGeneration & { request: ServerRequest }>(
    'request-refused',
    'connected',
    async ({ channel, peers }, { generation, request }, signal) => {
      // A packet that comes after `off` announces the stream again; and `on` must not overtake it.
      if (request.kind === 'sender.toggle') await peers.get(generation)?.settled()
      // Whoever asked may be gone by now: its word must not go out late.
      signal.throwIfAborted()
      const answer = await channel.command(request, signal)
      if (!answer.ok)
        throw failure('request-refused', answer.error ?? `the server refused ${request.kind}`, { phase: 'connected' })
    },
  ),
}
