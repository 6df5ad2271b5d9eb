import { seededRandom } from './random.js'

/** What a path does to its packets beside passing them on. All of it together, where more than one is given. */
export interface UdpImpairment {
  /** Share of the packets that are lost, from 0 (none) to 1 (all). Default 0. */
  readonly loss?: number
  /** How long each packet is held, in ms, from 0 to 60 000. Their order is kept. Default 0. */
  readonly delayMs?: number
  /** Up to this much more for each packet, in ms, from 0 to 60 000. Their order is kept all the same. Default 0. */
  readonly jitterMs?: number
  /** Decides which packets are lost and how long each is held: an integer from 0 to 4 294 967 295. Default 1. */
  readonly seed?: number
}

/** `pass` is a healthy path, `drop` a dead one. */
export type UdpFault = 'pass' | 'drop' | UdpImpairment

export interface PacketCounts {
  readonly passed: number
  readonly dropped: number
}

interface HeldPacket {
  readonly due: number
  readonly send: () => void
}

const maxDelayMs = 60_000

const checkRange = (name: string, value: number, max: number): void => {
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} has to be a number from 0 to ${max}, not ${value}`)
}

export const checkUdpFault = (fault: UdpFault): void => {
  if (typeof fault === 'string') return
  const { loss = 0, delayMs = 0, jitterMs = 0, seed = 1 } = fault
  checkRange('loss', loss, 1)
  checkRange('delayMs', delayMs, maxDelayMs)
  checkRange('jitterMs', jitterMs, maxDelayMs)
  checkRange('seed', seed, 0xffff_ffff)
}

/** One direction between a client and the gateway. */
export const udpPath = () => {
  let fault: UdpFault = 'pass'
  let random = seededRandom(1)
  let held: HeldPacket[] = []
  let timer: NodeJS.Timeout | undefined
  let passed = 0
  let dropped = 0

  const release = (): void => {
    const now = performance.now()
    const ready = held.filter(({ due }) => due <= now)
    held = held.slice(ready.length)
    passed += ready.length
    for (const { send } of ready) send()
    const [next] = held
    timer = next && setTimeout(release, next.due - now)
  }

  const hold = (send: () => void, ms: number): void => {
    // a packet never overtakes the one before it, however little jitter it drew
    const due = Math.max(performance.now() + ms, held.at(-1)?.due ?? 0)
    held.push({ due, send })
    timer ??= setTimeout(release, ms)
  }

  const stop = (): void => {
    clearTimeout(timer)
    timer = undefined
    dropped += held.length
    held = []
  }

  return {
    fault: (): UdpFault => fault,
    counts: (): PacketCounts => ({ passed, dropped }),
    /** What is held at this moment is sent at once, or lost when the path dies. */
    set: (next: UdpFault): void => {
      checkUdpFault(next)
      const waiting = next === 'drop' ? [] : held.splice(0)
      stop()
      passed += waiting.length
      for (const { send } of waiting) send()
      fault = next
      random = seededRandom(typeof next === 'string' ? 1 : (next.seed ?? 1))
    },
    take: (send: () => void): void => {
      const { loss = 0, delayMs = 0, jitterMs = 0 } = typeof fault === 'string' ? {} : fault
      if (fault === 'drop' || (loss > 0 && random() < loss)) {
        dropped++
        return
      }
      const ms = delayMs + (jitterMs > 0 ? random() * jitterMs : 0)
      if (ms > 0 || held.length > 0) return hold(send, ms)
      passed++
      send()
    },
    /** Loses what is held. */
    stop,
  }
}
