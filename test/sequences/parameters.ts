import type { ParametersWhat } from './calls.js'
import { outcomeOf } from './outcome.js'
import type { Pair, Side } from './pair.js'

const changed = (parameters: RTCRtpSendParameters, what: ParametersWhat): RTCRtpSendParameters => {
  const [first] = parameters.encodings ?? []
  if (!first) return parameters
  if (what === 'inactive') first.active = false
  if (what === 'bitrate') first.maxBitrate = 300_000
  if (what === 'enlarged') first.scaleResolutionDownBy = 0.5
  if (what === 'one more') parameters.encodings.push({ active: true })
  return parameters
}

/** Reads the parameters of a sender and sets them, changed; `old`: those that were read at first. */
export const setParameters = async (
  pair: Pair,
  side: Side,
  sender: RTCRtpSender,
  what: ParametersWhat,
): Promise<string> => {
  const read = sender.getParameters()
  const first = side.parameters.get(sender) ?? read
  side.parameters.set(sender, first)
  const encodings = read.encodings?.map(({ rid = '', active }) => `${rid} ${active}`.trim()).join(' + ') ?? 'none'
  const outcome = await outcomeOf(pair, side, () => sender.setParameters(what === 'old' ? first : changed(read, what)))
  return `parameters ${outcome}, of encodings ${encodings}`
}
