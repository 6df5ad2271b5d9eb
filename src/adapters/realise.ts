import type { ISessionConfig } from '../interfaces/config.js'
import type { IRealtimeSocketOptions } from '../interfaces/options.js'
import { allowed, fewest, preferred } from '../protocol/codecs.js'
import { encodingsOf } from '../protocol/encodings.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'

/** What was asked for, by the session's configuration first. */
interface Asked {
  readonly options: IRealtimeSocketOptions
  readonly order: { readonly config: ISessionConfig }
}

/** What the jitter buffer is to aim at, in milliseconds; `undefined`: what the browser thinks best. */
const aimOf = ({ options, order }: Asked): number | undefined => {
  const mode = order.config.latencyMode ?? options.latencyMode ?? 'default'
  return mode === 'default' ? undefined : Number(mode.split('-')[1]) || 0
}

/** setCodecPreferences (webrtc-pc 5.4) out of what this stack knows; its own class is asked, which needs no global. */
const rearrange = (
  transceiver: RTCRtpTransceiver,
  kind: string,
  by: (codecs: readonly RTCRtpCodec[]) => RTCRtpCodec[],
): void => {
  const capabilities = (transceiver.receiver.constructor as typeof RTCRtpReceiver).getCapabilities?.(kind)
  if (capabilities) transceiver.setCodecPreferences?.(by(capabilities.codecs))
}

/**
 * A line's transceiver: how it sends is fixed here, since no later call could change it. Nothing is on it yet: what is
 * sent, and when, the sender's chart decides alone (a line of a paused one must not send a single frame).
 */
export const realise = (
  pc: RTCPeerConnection,
  { kind, sender }: Line,
  asked: Asked,
  report: (error: unknown) => void,
): RTCRtpTransceiver => {
  const transceiver = pc.addTransceiver(
    kind,
    sender ? { direction: 'sendonly', sendEncodings: encodingsOf(kind, sender.info) } : { direction: 'recvonly' },
  )
  const { codecs = [] } = asked.order.config
  const { preferredCodecs = [] } = sender ?? {}
  const aim = sender ? undefined : aimOf(asked)
  try {
    if (codecs.length + preferredCodecs.length > 0)
      rearrange(transceiver, kind, (known) => preferred(allowed(known, codecs), preferredCodecs))
    if (aim !== undefined) aimAt(transceiver.receiver, aim)
  } catch (error) {
    // It works without: the wish is reported as not met.
    report(error)
  }
  return transceiver
}

const aimAt = (receiver: RTCRtpReceiver, ms: number): void => {
  // webrtc-extensions; browsers before it know the hint, in seconds.
  Object.assign(
    receiver,
    'jitterBufferTarget' in receiver ? { jitterBufferTarget: ms } : { playoutDelayHint: ms / 1_000 },
  )
}

/** Offers the fewest codecs that still play everything, on a line that was not answered yet. */
export const offerFewest = (transceiver: RTCRtpTransceiver | undefined, kind: string): void => {
  if (transceiver) rearrange(transceiver, kind, fewest)
}
