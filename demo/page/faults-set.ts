import type { UdpFault } from '../../gateway/src/index.js'
import type { PlaceFacts } from './place.js'

const toldOfPath = (fault: UdpFault): string[] => {
  if (fault === 'pass') return []
  if (fault === 'drop') return ['The path is cut: no packet passes.']
  const { delayMs = 0, jitterMs = 0, loss = 0 } = fault
  const jitter = jitterMs > 0 ? `, up to ${jitterMs} ms more by chance` : ''
  return [
    ...(delayMs + jitterMs > 0 ? [`Packets are ${delayMs} ms late${jitter}.`] : []),
    ...(loss > 0 ? [`${Math.round(loss * 1_000) / 10} % of the packets are lost.`] : []),
  ]
}

/** All faults that are set for a session, as sentences. */
export const toldOfFaults = ({ running, path }: PlaceFacts, refuseToken: boolean): string => {
  const [up, down] = [toldOfPath(path.toGateway), toldOfPath(path.toClient)]
  const isAlike = up.join() === down.join()
  const told = [
    ...(running ? [] : ['The gateway is gone, with every session.']),
    ...(isAlike
      ? up
      : [...up.map((text) => `To the gateway: ${text}`), ...down.map((text) => `From the gateway: ${text}`)]),
    ...(refuseToken ? ['The next token will be refused.'] : []),
  ]
  return told.join(' ') || 'No fault is set.'
}
