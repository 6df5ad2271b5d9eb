import { DataChannelPort } from '../src/adapters/data-channel-port.js'
import { atm0sV01 } from '../src/protocol/atm0s-v01.js'

/**
 * What can be done to an outbox: a message is sent; the gate opens and shuts; messages are held, and no longer (`q`: over
 * a path that does not live); the channel closes by itself.
 */
export type Deed = 's' | 'o' | 'x' | 'h' | 'r' | 'q' | 'c'

/** What came of it. */
export interface Mailed {
  /** The shortest deeds that lead to the same. */
  readonly deeds: string
  /** What went out, over all channels. */
  readonly wire: readonly string[]
}

const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} }
const nobody = () => {}
const outlet = {
  deliver: nobody,
  drained: nobody,
  warn: nobody,
  told: nobody,
  wished: nobody,
  wantsFates: () => false,
  fated: nobody,
  keeps: false,
}

/** The data path of a socket, as far as it is used here. */
export type Port = Pick<DataChannelPort, 'send' | 'open' | 'shut' | 'hold'>

/** The one that sessions use. */
export const realPort = (): Port => new DataChannelPort(atm0sV01, clock, 1_048_576, outlet)

/** Does all of it to a port. */
const done = (port: Port, deeds: string): Omit<Mailed, 'deeds'> & { readonly seen: string } => {
  const wire: string[] = []
  let channel = { readyState: 'closed' }
  let resume: ((lives: boolean) => void) | undefined
  let open = false
  let count = 0
  for (const deed of deeds as Iterable<Deed>) {
    if (deed === 's') port.send(`message ${(count += 1)}`)
    if (deed === 'o') {
      open = true
      channel = { readyState: 'open', send: (frame: string) => void wire.push(frame) } as typeof channel
      port.open(channel as never, () => undefined)
    }
    if (deed === 'x') {
      open = false
      port.shut()
    }
    if (deed === 'h') resume = port.hold()
    if (deed === 'r' || deed === 'q') {
      resume?.(deed === 'r')
      resume = undefined
    }
    if (deed === 'c') channel.readyState = 'closed'
  }
  return { wire, seen: JSON.stringify([count, wire, open, open && channel.readyState, resume !== undefined]) }
}

/** The application's messages, on a real port: what came of each list of deeds is worked out once. */
export class Mail {
  readonly #known = new Map<string, Mailed>()
  readonly #first = new Map<string, string>()

  constructor(private readonly port: () => Port) {}

  after(deeds: string): Mailed {
    const known = this.#known.get(deeds)
    if (known) return known
    const { wire, seen } = done(this.port(), deeds)
    const same = this.#first.get(seen) ?? deeds
    this.#first.set(seen, same)
    const mailed = { wire, deeds: same }
    this.#known.set(deeds, mailed)
    return mailed
  }
}

/** How many messages were sent. */
export const sentBy = (deeds: string): number => deeds.split('s').length - 1
