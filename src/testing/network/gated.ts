import type { Lane } from '../scheduler/lane.js'
import type { UdpSocket } from './internet.js'

/**
 * A socket whose owner may be stopped: what comes in meanwhile is `kept` for it, as the kernel does for a process, or
 * `lost`, as where the whole machine sleeps.
 */
export const gated = <Payload>(
  socket: UdpSocket<Payload>,
  lane: Lane,
  meanwhile: 'kept' | 'lost',
): UdpSocket<Payload> => {
  const gate: UdpSocket<Payload> = {
    local: socket.local,
    hear: undefined,
    send: (to, payload) => socket.send(to, payload),
    close: () => socket.close(),
  }
  socket.hear = (payload, from) => {
    if (!lane.paused) gate.hear?.(payload, from)
    else if (meanwhile === 'kept') lane.soon('udp', () => gate.hear?.(payload, from))
  }
  return gate
}
