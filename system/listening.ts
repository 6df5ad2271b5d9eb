import type { AnyEventObject } from 'xstate'
import type { Line } from '../src/protocol/tracks-to-m-lines.js'
import type { Edge, Effect, RunningActor } from '../src/testing/explore/index.js'
import type { Complaint } from './automaton.js'
import type { Deed, Mail } from './mail.js'
import type { World } from './world.js'

/** Rules that are looked at while it listens, by their names. */
export const LISTENED = {
  promises: 'a promise settles once',
  senders: 'the order of senders is that of the m-lines',
} as const

const written = ({ id, kind, role, sender }: Line): string => `${id} ${role} ${kind} ${sender?.info.name ?? ''}`

const GATE: Readonly<Record<string, readonly [Deed, Deed]>> = { 'open gate': ['o', 'x'], 'hold messages': ['h', 'r'] }

/** What the socket and the gateway make of what the charts do, in the order in which they do it. */
export class Listening {
  /** There is a peer connection. */
  #peer: boolean

  constructor(
    public world: World,
    private readonly complaints: Complaint[],
    private readonly mailbox: Mail,
    connection: Edge['from'],
  ) {
    this.#peer = connection !== undefined && holdsPeer(connection)
  }

  /** A chart took a step; its effects are still to come. */
  stepped(chart: string, { step: { stimulus }, to }: Edge): void {
    const { ends, outcome, event } = stimulus
    if (chart === 'connection') this.#peer = holdsPeer(to)
    if (chart === 'negotiation' && ends?.name === 'apply answer' && outcome && 'output' in outcome)
      this.#now({ applied: (to.context as { generation: number }).generation })
    if (chart === 'channel' && event.type === 'channel.lost') this.mail('c')
  }

  effect(chart: string, effect: Effect): void {
    if (effect.kind === 'emitted') this.#heard(effect.event)
    else if (effect.kind === 'started') this.#started(chart, effect.actor)
    else if (effect.kind === 'stopped') this.#stopped(effect.id)
    else if (effect.kind === 'told' && effect.event.type === 'generation.ended' && effect.event.farewell === 'none')
      this.#let(effect.event.generation as number)
  }

  mail(deed: Deed): void {
    this.#now({ mail: this.mailbox.after(this.world.mail + deed).deeds })
  }

  #now(more: Partial<World>): void {
    this.world = { ...this.world, ...more }
  }

  #complain(invariant: string, complaint: string): void {
    this.complaints.push({ invariant, complaint })
  }

  /** As the socket settles its promises. */
  #heard(event: AnyEventObject): void {
    const { attempt } = this.world
    if (event.type === 'connection.changed' && attempt >= 0 && event.generation > attempt) {
      if (event.state === 'connected' || (event.state === 'failed' && event.error)) this.#now({ attempt: -1 })
    }
    if (event.type === 'hand.offered') this.#settle(event.ticket as number)
    if (event.type === 'hand.refused') for (const ticket of event.tickets as number[]) this.#settle(ticket)
    // With the last word of a session the socket settles whatever is left.
    if (event.type === 'peer_state' && event.state === 'closed') this.#now({ attempt: -1, tickets: [], closed: true })
  }

  #settle(ticket: number): void {
    const { tickets } = this.world
    if (!tickets.includes(ticket)) this.#complain(LISTENED.promises, `caller ${ticket} does not wait, or not any more`)
    this.#now({ tickets: tickets.filter((one) => one !== ticket) })
  }

  #started(chart: string, { name, input }: RunningActor): void {
    const { generation, lines, signalling } = (input ?? {}) as {
      generation: number
      lines: readonly Line[]
      signalling: string
    }
    if (chart === 'negotiation' && name === 'create offer') this.#offered(generation, lines)
    if (chart === 'negotiation' && name === 'exchange offer' && signalling === 'gateway')
      this.#now({ sessions: [...this.world.sessions.filter((one) => one !== generation), generation] })
    const gate = GATE[name]
    if (gate) this.mail(gate[0])
  }

  #stopped(id: string): void {
    if (id.startsWith('farewell-')) this.#let(Number(id.slice('farewell-'.length)))
  }

  /** The actors of the outbox are told apart by where they run: XState names them by their state. */
  ended({ name }: RunningActor): void {
    const gate = GATE[name]
    if (gate) this.mail(gate[1] === 'r' && !this.#peer ? 'q' : gate[1])
  }

  /** The gateway has no session of this generation any more, or it is not ours to end. */
  #let(generation: number): void {
    this.#now({ sessions: this.world.sessions.filter((one) => one !== generation) })
  }

  /** The order of senders is that of the m-lines, in every offer of a peer connection: lines keep their places. */
  #offered(generation: number, lines: readonly Line[]): void {
    const offered = [`${generation}`, ...lines.map(written)]
    const before = this.world.offered[0] === offered[0] ? this.world.offered : []
    const moved = before.find((line, at) => offered[at] !== line) ?? lines.find(({ id }, at) => id !== at)
    if (moved !== undefined) this.#complain(LISTENED.senders, `offered ${offered.slice(1).join(', ')}`)
    this.#now({ offered })
  }
}

const holdsPeer = ({ actors }: { readonly actors: readonly RunningActor[] }): boolean =>
  actors.some(({ name }) => name === 'peer connection')
