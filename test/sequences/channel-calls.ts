import type { Call, ChannelWhat } from './calls.js'
import { outcomeOf } from './outcome.js'
import type { Pair, Side } from './pair.js'

type ChannelCall = Extract<Call, { op: 'createDataChannel' | 'send' | 'close channel' }>

const INITS: Record<ChannelWhat, RTCDataChannelInit> = {
  plain: {},
  unordered: { ordered: false, maxRetransmits: 3, protocol: 'words' },
  'both limits': { maxRetransmits: 1, maxPacketLifeTime: 100 },
  'negotiated 5': { negotiated: true, id: 5 },
  'negotiated without id': { negotiated: true },
  'id too high': { negotiated: true, id: 65_535 },
  'ignored id': { id: 7 },
}

export const channelCall = async (pair: Pair, side: Side, call: ChannelCall): Promise<string> => {
  if (call.op === 'createDataChannel') {
    const label =
      call.what === 'negotiated 5' ? `n${side.name}${side.channels.length}` : `${side.name}${side.channels.length}`
    return outcomeOf(
      pair,
      side,
      () => side.pc.createDataChannel(label, INITS[call.what]),
      (channel) => side.adopt(channel),
    )
  }
  const channel = side.channels[call.pick % side.channels.length]
  if (!channel) return 'no channel'
  return outcomeOf(pair, side, () =>
    call.op === 'send' ? channel.send(call.bytes > 1_000 ? 'x'.repeat(call.bytes) : `m${call.bytes}`) : channel.close(),
  )
}
