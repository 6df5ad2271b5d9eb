import { refusal } from './errors.js'

/** A configuration with its defaults (webrtc-pc 4.2.1). */
export interface Settings {
  readonly iceServers: RTCIceServer[]
  readonly iceTransportPolicy: RTCIceTransportPolicy
  readonly bundlePolicy: RTCBundlePolicy
  readonly rtcpMuxPolicy: RTCRtcpMuxPolicy
  readonly iceCandidatePoolSize: number
  readonly certificates: RTCCertificate[]
}

const VALUES = {
  iceTransportPolicy: ['all', 'relay'],
  bundlePolicy: ['balanced', 'max-compat', 'max-bundle'],
  rtcpMuxPolicy: ['require', 'negotiate'],
} as const

/** RFC 7064 and RFC 7065. */
const STUN = /^stuns?:[^?@/\s]+$/i
const TURN = /^turns?:[^?@/\s]+(\?transport=(udp|tcp))?$/i

/** "Set the configuration" (webrtc-pc 4.4.1.6), step 11: what each ICE server must be. */
const checkServer = ({ urls, username, credential }: RTCIceServer): void => {
  if (urls === undefined) throw new TypeError('an ICE server needs urls')
  const all = [urls].flat()
  if (all.length === 0) throw refusal('SyntaxError', 'an ICE server needs a URL')
  for (const url of all) {
    if (!STUN.test(url) && !TURN.test(url)) throw refusal('SyntaxError', `'${url}' is not a valid stun or turn URL`)
    if (TURN.test(url) && (username === undefined || credential === undefined))
      throw refusal('InvalidAccessError', 'a TURN server needs username and credential')
  }
}

/** Reads a configuration, or refuses it. */
export const settingsOf = (given: RTCConfiguration = {}): Settings => {
  const { iceServers = [], iceTransportPolicy = 'all', bundlePolicy = 'balanced', rtcpMuxPolicy = 'require' } = given
  const { iceCandidatePoolSize = 0, certificates = [] } = given
  const policies = { iceTransportPolicy, bundlePolicy, rtcpMuxPolicy }
  for (const [name, values] of Object.entries(VALUES)) {
    const value = policies[name as keyof typeof policies]
    if (!(values as readonly string[]).includes(value)) throw new TypeError(`'${value}' is not a value of ${name}`)
  }
  if (iceCandidatePoolSize < 0 || iceCandidatePoolSize > 255) throw new TypeError('iceCandidatePoolSize is an octet')
  for (const server of iceServers) checkServer(server)
  return { iceServers: iceServers.map((server) => ({ ...server })), ...policies, iceCandidatePoolSize, certificates }
}

/** setConfiguration: what can no longer change (steps 4 to 9). */
export const changedSettings = (before: Settings, given: RTCConfiguration, described: boolean): Settings => {
  const after = settingsOf({ ...given, bundlePolicy: given.bundlePolicy ?? before.bundlePolicy })
  const fixed = ['bundlePolicy', 'rtcpMuxPolicy'] as const
  for (const name of fixed) if (after[name] !== before[name]) throw refusal('InvalidModificationError', name)
  if (described && after.iceCandidatePoolSize !== before.iceCandidatePoolSize)
    throw refusal('InvalidModificationError', 'iceCandidatePoolSize')
  return after
}
