import { fromCallback, type AnyEventObject } from 'xstate'
import type { OfGeneration } from '../machines/ports.js'
import { watching } from './upkeep.js'
import { listen, worldOf } from './world.js'

type OfLine = OfGeneration & { id: string; line: number }

export const trackActors = {
  'send source': fromCallback<AnyEventObject, OfLine>(({ input: { generation, id, line }, sendBack, system }) => {
    const world = worldOf(system)
    const slot = world.peers.get(generation)?.slot(line)
    const track = world.sources.get(id) ?? null
    slot?.want(track)
    const ended = () => sendBack({ type: 'source.ended' })
    const unlisten = track ? listen(track, 'ended', ended) : undefined
    if (track?.readyState === 'ended') ended()
    return () => {
      unlisten?.()
      slot?.want(null)
    }
  }),
  'receive line': fromCallback<AnyEventObject, OfLine>(({ input: { generation, id, line }, sendBack, system }) => {
    const world = worldOf(system)
    const track = world.peers.get(generation)?.slot(line)?.remote
    const sink = world.sinks.get(id)
    if (!track) return undefined
    // By the event: libwebrtc in Node blocks while it is asked for `readyState`.
    const told = (event?: Event) => {
      const live = event?.type !== 'ended'
      sink?.show(live ? track : undefined)
      // `muted`: no packet came yet, or none for a while (webrtc-pc 5.3).
      sendBack({ type: 'remote.track', flowing: live && !track.muted })
    }
    const unlisten = ['mute', 'unmute', 'ended'].map((type) => listen(track, type, told))
    told()
    return () => {
      for (const remove of unlisten) remove()
      sink?.show(undefined)
    }
  }),
  'watch media': watching('watchMedia'),
  'hold line': fromCallback<AnyEventObject, OfLine>(({ input: { generation, line }, system }) => {
    const track = worldOf(system).peers.get(generation)?.slot(line)?.remote
    if (!track) return undefined
    track.enabled = false
    return () => {
      track.enabled = true
    }
  }),
}
