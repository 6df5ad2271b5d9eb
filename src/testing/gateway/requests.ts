import type { ReceiverLine } from './lines.js'
import * as shapes from './messages.js'
import type { SenderEntry } from './sender-queue.js'
import { ShapeError } from './shapes.js'

/** What requests act on. */
export interface RequestTargets {
  mixMinus(): shapes.MixMinusMode
  /** Acts on a receiver: at once, once there is one of this id, or never where its line died. */
  withReceiver(id: string, act: (receiver: ReceiverLine) => void): void
  withSender(name: string, act: () => void): void
  /** `false`: there is no such stream any more. */
  toggle(name: string, active: boolean): boolean
  switchTo(receiver: ReceiverLine, remote: { peer: string; stream: string }): void
  subscribe(peer: string): boolean
  unsubscribe(peer: string): boolean
  isSimulcast(remote: { peer: string; stream: string }): boolean
  updateSdp(sdp: string, senders: readonly SenderEntry[]): { sdp: string } | 'refused' | 'no answer'
  close(): void
  panicSoon(): void
}

export type Answer = (success: boolean, data?: unknown) => void
type Handler = (data: unknown, targets: RequestTargets, answer: Answer) => void

const SLOT = /^mix_minus_default_(.*)$/
/** The fourth slot and those after it are refused. */
const SLOTS: ReadonlySet<string> = new Set(['0', '1', '2'])
/** More than this on a simulcast source ends the session's task. */
const HIGHEST_LAYER = 2

const changeMixMinus: Handler = (data, targets, answer) => {
  const { id } = shapes.mixMinusSource(data, '')
  if (targets.mixMinus() === 'ManualAudioStreams' && id === 'default') answer(true)
}

/** The requests that are known; all others, and most mistakes, get no answer. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'peer.updateSdp': (data, targets, answer) => {
    const { sdp, senders } = shapes.updateSdp(data, '')
    const outcome = targets.updateSdp(sdp, senders)
    if (outcome !== 'no answer') answer(outcome !== 'refused', outcome)
  },
  'peer.close': (_, targets) => targets.close(),
  'sender.toggle': (data, targets, answer) => {
    const { name, track } = shapes.toggle(data, '')
    targets.withSender(name, () => {
      if (targets.toggle(name, track !== undefined)) answer(true)
    })
  },
  'receiver.switch': (data, targets, answer) => {
    const { id, remote } = shapes.switchTo(data, '')
    targets.withReceiver(id, (receiver) => {
      const slot = targets.mixMinus() === 'Disabled' || remote.peer !== '' ? undefined : SLOT.exec(remote.stream)?.[1]
      if (slot !== undefined && !SLOTS.has(slot)) return answer(false)
      targets.switchTo(receiver, remote)
      return answer(true)
    })
  },
  'receiver.limit': (data, targets, answer) => {
    const { id, limit } = shapes.limit(data, '')
    targets.withReceiver(id, (receiver) => {
      receiver.limit = limit
      answer(true)
      if (Math.max(limit.max_spatial, limit.max_temporal) <= HIGHEST_LAYER || !receiver.remote) return
      if (targets.isSimulcast(receiver.remote)) targets.panicSoon()
    })
  },
  'receiver.disconnect': (data, targets, answer) => {
    const { id } = shapes.receiverId(data, '')
    targets.withReceiver(id, (receiver) => {
      receiver.disconnect()
      answer(true)
    })
  },
  'mix_minus.add': changeMixMinus,
  'mix_minus.remove': changeMixMinus,
  'room.subscribe': (data, targets, answer) => answer(targets.subscribe(shapes.peerName(data, '').peer)),
  'room.unsubscribe': (data, targets, answer) => answer(targets.unsubscribe(shapes.peerName(data, '').peer)),
}

/** Milliseconds that a request takes; a round of negotiation takes longer. */
export const costOf = (message: unknown): number =>
  (message as { request?: unknown } | null)?.request === 'peer.updateSdp' ? 15 : 1

/** Takes a message of the client; what is no request, or a wrong one, is passed over without a word. */
export const take = (message: unknown, targets: RequestTargets, send: (answer: object) => void): void => {
  try {
    const { req_id, request, data } = shapes.request(message, '')
    const answer: Answer = (success, payload = true) =>
      send({ req_id, type: 'answer', success, data: success ? payload : null })
    if (Object.hasOwn(HANDLERS, request)) HANDLERS[request]?.(data, targets, answer)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
  }
}
