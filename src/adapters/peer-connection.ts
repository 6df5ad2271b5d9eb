import { fromCallback, type AnyEventObject } from 'xstate'
import { factsOf } from '../errors.js'
import type { OfGeneration, OfferFacts } from '../machines/ports.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'
import { Peer } from './peer.js'
import { listen, task, worldOf } from './world.js'

type Of<More = unknown> = OfGeneration & More

export const peerConnectionActors = {
  'peer connection': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, sendBack, system }) => {
    const world = worldOf(system)
    let peer: Peer
    try {
      peer = new Peer(world)
    } catch (error) {
      sendBack({ type: 'peer.broken', generation, error: factsOf(error, 'invalid-config', 'offering') })
      return undefined
    }
    world.peers.set(generation, peer)
    const { clock } = world.environment
    let again: unknown
    const told = () => sendBack({ type: 'peer.state', generation, state: peer.pc.connectionState })
    const unlisten = listen(peer.pc, 'connectionstatechange', () => {
      // libwebrtc in Node may tell of the last change before it can be read: it is read once more. The timer first: who
      // is told may end this.
      clock.clearTimeout(again)
      again = clock.setTimeout(told, 500)
      told()
    })
    return () => {
      unlisten()
      clock.clearTimeout(again)
      world.peers.delete(generation)
      peer.close()
    }
  }),
  'create offer': task<OfferFacts, Of<{ lines: readonly Line[] }>>('offer-failed', 'offering', (world, input) =>
    world.peer(input.generation).createOffer(input.lines),
  ),
  'apply answer': task<void, Of<{ offer: number }>>(
    'answer-refused',
    'applying-answer',
    (world, { generation, offer }) => world.peer(generation).applyAnswer(offer),
  ),
  'roll back': task<void, OfGeneration>('internal', 'renegotiating', (world, { generation }) =>
    world.peer(generation).rollBack(),
  ),
}
