import type { MixMinusMode } from '../messages.js'
import * as read from '../messages.js'
import { ShapeError } from '../shape.js'
import type { ReceiverLine } from '../media/receiver-line.js'

/** What the requests act on; `undefined` where a line is dead, a promise of the line where it does not exist yet. */
export interface RequestTargets {
  readonly mixMinus: MixMinusMode
  readonly withReceiver: (id: string, act: (receiver: ReceiverLine) => void) => void
  readonly withSender: (name: string, act: () => void) => void
  readonly toggle: (name: string, active: boolean) => boolean
  readonly subscribe: (peer: string) => boolean
  readonly unsubscribe: (peer: string) => boolean
  /** To every other peer of the room. */
  readonly say: (data: unknown) => void
  readonly isSimulcast: (ref: read.StreamRef) => boolean
  readonly updateSdp: (sdp: string, senders: read.SenderInfo[]) => Promise<UpdateSdpOutcome>
  readonly close: () => void
  readonly panicSoon: () => void
  readonly onError: (request: string, error: unknown) => void
}

export type UpdateSdpOutcome = { readonly sdp: string } | 'refused' | 'no answer'

type Answer = (success: boolean, data?: unknown) => void
export type Handler = (data: unknown, targets: RequestTargets, answer: Answer) => void | Promise<void>

const mixMinusPrefix = 'mix_minus_default_'
const mixMinusSlots = new Set([0, 1, 2].map((slot) => `${mixMinusPrefix}${slot}`))
const highestHarmlessLayer = 2

const changeMixMinus: Handler = (data, targets, answer) => {
  const { id } = read.readMixMinusSource(data, '')
  if (targets.mixMinus === 'ManualAudioStreams' && id === 'default') answer(true)
}

export const handlers: Readonly<Record<string, Handler>> = {
  'peer.updateSdp': async (data, targets, answer) => {
    const { sdp, senders } = read.readUpdateSdp(data, '')
    const outcome = await targets.updateSdp(sdp, senders)
    if (outcome === 'no answer') return
    if (outcome === 'refused') answer(false)
    else answer(true, outcome)
  },
  'peer.close': (_data, targets) => targets.close(),
  'sender.toggle': (data, targets, answer) => {
    const { name, track } = read.readToggle(data, '')
    targets.withSender(name, () => {
      if (targets.toggle(name, track !== undefined)) answer(true)
    })
  },
  'receiver.switch': (data, targets, answer) => {
    const { id, remote } = read.readSwitch(data, '')
    targets.withReceiver(id, (receiver) => {
      // without a mixer it is the name of an ordinary source that nobody will ever publish
      const isSlot = targets.mixMinus !== 'Disabled' && remote.peer === '' && remote.stream.startsWith(mixMinusPrefix)
      const isMissingSlot = isSlot && !mixMinusSlots.has(remote.stream)
      if (!isMissingSlot) receiver.switchTo(remote)
      answer(!isMissingSlot)
    })
  },
  'receiver.limit': (data, targets, answer) => {
    const { id, limit } = read.readLimit(data, '')
    targets.withReceiver(id, (receiver) => {
      receiver.setLimit(limit)
      answer(true)
      const remote = receiver.remote()
      const isTooHigh = Math.max(limit.max_spatial, limit.max_temporal) > highestHarmlessLayer
      if (isTooHigh && remote && targets.isSimulcast(remote)) targets.panicSoon()
    })
  },
  'receiver.disconnect': (data, targets, answer) => {
    const { id } = read.readReceiverId(data, '')
    targets.withReceiver(id, (receiver) => {
      receiver.disconnect()
      answer(true)
    })
  },
  'mix_minus.add': changeMixMinus,
  'mix_minus.remove': changeMixMinus,
  'room.subscribe': (data, targets, answer) => answer(targets.subscribe(read.readPeerName(data, '').peer)),
  'room.unsubscribe': (data, targets, answer) => answer(targets.unsubscribe(read.readPeerName(data, '').peer)),
}

type Request = ReturnType<typeof read.readRequest>

const asRequest = (message: unknown): Request | undefined => {
  try {
    return read.readRequest(message, '')
  } catch (error) {
    if (error instanceof ShapeError) return undefined
    throw error
  }
}

/** Requests are taken one after the other, so that answers come in the order of the requests. Most mistakes get no answer. */
export const requestQueue = (
  known: Readonly<Record<string, Handler>>,
  targets: RequestTargets,
  send: (message: object) => void,
) => {
  let before: Promise<void> | undefined

  const handle = async ({ req_id, request, data }: Request): Promise<void> => {
    const answer: Answer = (success, payload = true) => {
      send({ req_id, type: 'answer', success, data: success ? payload : null })
    }
    try {
      if (Object.hasOwn(known, request)) await known[request]?.(data, targets, answer)
    } catch (error) {
      if (!(error instanceof ShapeError)) targets.onError(request, error)
    }
  }

  return {
    /** False when it is no request at all, whether known or not. */
    take: (message: unknown): boolean => {
      const request = asRequest(message)
      if (!request) return false
      before = (before ?? Promise.resolve()).then(() => handle(request))
      return true
    },
  }
}
