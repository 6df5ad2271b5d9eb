import type { Endpoint } from '../network/internet.js'

/** An ICE candidate (RFC 8839 section 5.1), UDP and component 1. */
export interface Candidate extends Endpoint {
  readonly foundation: string
  readonly priority: number
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay'
  readonly ufrag?: string
}

/** Type preferences of RFC 8445 section 5.1.2.2. */
const PREFERENCE = { host: 126, prflx: 110, srflx: 100, relay: 0 }

/** Priority of a candidate (RFC 8445 section 5.1.2.1) on the only interface. */
export const priorityOf = (type: Candidate['type']): number => PREFERENCE[type] * 2 ** 24 + 65_535 * 2 ** 8 + 255

/** A candidate as a `candidate` attribute, without `a=`. */
export const written = ({ foundation, priority, address, port, type, ufrag }: Candidate): string =>
  `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${
    type === 'host' ? '' : ' raddr 0.0.0.0 rport 9'
  } generation 0${ufrag ? ` ufrag ${ufrag}` : ''}`

const FORM =
  /^(?:a=)?candidate:(\S{1,32}) (\d{1,3}) (udp|tcp|ssltcp) (\d{1,10}) (\S+) (\d{1,5}) typ (host|srflx|prflx|relay)(.*)$/i

/** What a `candidate` attribute says; `unusable` for one of another transport or component; `undefined` when it is none. */
export const read = (attribute: string): Candidate | 'unusable' | undefined => {
  const parts = FORM.exec(attribute.trim())
  if (!parts) return undefined
  const [, foundation = '', component, transport = '', priority, address = '', port, type = '', rest = ''] = parts
  if (Number(port) > 65_535) return undefined
  if (transport.toLowerCase() !== 'udp' || component !== '1') return 'unusable'
  const ufrag = / ufrag (\S+)/.exec(rest)?.[1]
  return {
    foundation,
    priority: Number(priority),
    address,
    port: Number(port),
    type: type.toLowerCase() as Candidate['type'],
    ...(ufrag && { ufrag }),
  }
}
