import { checkUdpFault, type PacketCounts, type UdpFault } from './udp-path.js'
import { type UdpDirection, openUdpRelay, type UdpRelay } from './udp-relay.js'

/** Which sessions are meant: those for which every given member is equal. With none given, all of them. */
export interface SessionSelector {
  readonly peer?: string
  readonly room?: string
  readonly connId?: string
}

/** A direction that is not given stays as it is. */
export type UdpFaultChange = { readonly [direction in UdpDirection]?: UdpFault }

export type UdpCounts = { readonly [direction in UdpDirection]: PacketCounts }

/** The path of one session: what is set for it and what it has seen. */
export interface UdpPathFacts extends Required<SessionSelector> {
  readonly toGateway: PacketCounts & { readonly fault: UdpFault }
  readonly toClient: PacketCounts & { readonly fault: UdpFault }
}

/**
 * Faults of the media path, on a relay in front of each session's port. Everything here throws unless the gateway was
 * started with `relay: true`. Methods that take a selector return for how many living sessions it was done.
 */
export interface UdpFaults {
  /**
   * Both directions with one fault, or each with its own. Holds for the living sessions that are selected and for those that
   * come later, until it is set anew or cleared.
   */
  readonly set: (fault: UdpFault | UdpFaultChange, select?: SessionSelector) => number
  /** A healthy path again, with what was held sent at once. */
  readonly clear: (select?: SessionSelector) => number
  /** The clients' outer address changes, as by a NAT. Resolves once the new ports are open. */
  readonly rebind: (select?: SessionSelector) => Promise<number>
  /** The relay's port goes away for good; a session outlives it only by a new candidate. */
  readonly close: (select?: SessionSelector) => number
  /** Packets of the selected living sessions; without a selector also those of all that have ended. */
  readonly counts: (select?: SessionSelector) => UdpCounts
  readonly paths: () => readonly UdpPathFacts[]
  /** What is set for a session of which this is known, whether it lives or is yet to come. */
  readonly current: (session: SessionSelector) => { readonly [direction in UdpDirection]: UdpFault }
}

type Owner = Required<SessionSelector>

interface Entry {
  readonly owner: Owner
  /** By the address behind it: a session has several where every interface is offered. */
  readonly relays: Map<string, UdpRelay>
}

interface Rule {
  readonly direction: UdpDirection
  readonly select: SessionSelector
  readonly fault: UdpFault
}

const directions = ['toGateway', 'toClient'] as const

const candidate = /^(a=candidate:\S+ \d+ udp \d+ )(\S+) (\d+)(?= )/gim

export const isSelected = (owner: SessionSelector, { peer, room, connId }: SessionSelector): boolean =>
  (peer ?? owner.peer) === owner.peer &&
  (room ?? owner.room) === owner.room &&
  (connId ?? owner.connId) === owner.connId

const isSameSelector = (a: SessionSelector, b: SessionSelector): boolean =>
  a.peer === b.peer && a.room === b.room && a.connId === b.connId

const sum = (counts: readonly PacketCounts[]): PacketCounts => ({
  passed: counts.reduce((total, { passed }) => total + passed, 0),
  dropped: counts.reduce((total, { dropped }) => total + dropped, 0),
})

const isPerDirection = (fault: UdpFault | UdpFaultChange): fault is UdpFaultChange =>
  typeof fault === 'object' && directions.some((direction) => direction in fault)

const changes = (fault: UdpFault | UdpFaultChange): [UdpDirection, UdpFault][] =>
  directions.flatMap((direction): [UdpDirection, UdpFault][] => {
    const one = isPerDirection(fault) ? fault[direction] : fault
    return one === undefined ? [] : [[direction, one]]
  })

/** The relays of all sessions, and the faults that are set for them. */
export const udpFaults = (enabled: boolean) => {
  const entries = new Map<string, Entry>()
  let rules: Rule[] = []
  const past = { toGateway: sum([]), toClient: sum([]) }

  const demandRelay = (): void => {
    if (!enabled) throw new Error('The gateway has no UDP relay: start it with `relay: true`.')
  }
  const selected = (select: SessionSelector): Entry[] => {
    demandRelay()
    return [...entries.values()].filter(({ owner }) => isSelected(owner, select))
  }
  const relaysOf = (some: readonly Entry[]): UdpRelay[] => some.flatMap(({ relays }) => [...relays.values()])
  const countsOf = (some: readonly Entry[], direction: UdpDirection): PacketCounts =>
    sum(relaysOf(some).map((relay) => relay.counts(direction)))

  const faultOf = (owner: SessionSelector, direction: UdpDirection): UdpFault =>
    rules.findLast((rule) => rule.direction === direction && isSelected(owner, rule.select))?.fault ?? 'pass'

  const set = (fault: UdpFault | UdpFaultChange, select: SessionSelector = {}): number => {
    const concerned = selected(select)
    const wanted = changes(fault)
    for (const [, next] of wanted) checkUdpFault(next)
    const overrides = isSameSelector(select, {}) ? () => true : (rule: Rule) => isSameSelector(rule.select, select)
    for (const [direction, next] of wanted) {
      for (const relay of relaysOf(concerned)) relay.set(direction, next)
      rules = rules.filter((rule) => rule.direction !== direction || !overrides(rule))
      rules.push({ direction, select, fault: next })
    }
    return concerned.length
  }

  const open = async (entry: Entry, address: string, port: number): Promise<UdpRelay> => {
    const key = `${address} ${port}`
    const known = entry.relays.get(key)
    if (known) return known
    const relay = await openUdpRelay({ address, port })
    entry.relays.set(key, relay)
    for (const direction of directions) relay.set(direction, faultOf(entry.owner, direction))
    if (!entries.has(entry.owner.connId)) relay.close()
    return relay
  }

  const release = (connId: string): void => {
    const entry = entries.get(connId)
    if (!entry) return
    entries.delete(connId)
    for (const relay of entry.relays.values()) relay.close()
    for (const direction of directions) past[direction] = sum([past[direction], countsOf([entry], direction)])
  }

  const faults: UdpFaults = {
    set,
    clear: (select) => set('pass', select),
    rebind: async (select = {}) => {
      const concerned = selected(select)
      await Promise.all(relaysOf(concerned).map((relay) => relay.rebind()))
      return concerned.length
    },
    close: (select = {}) => {
      const concerned = selected(select)
      for (const relay of relaysOf(concerned)) relay.close()
      return concerned.length
    },
    counts: (select) => {
      const concerned = selected(select ?? {})
      const of = (direction: UdpDirection) => sum([select ? sum([]) : past[direction], countsOf(concerned, direction)])
      return { toGateway: of('toGateway'), toClient: of('toClient') }
    },
    paths: () =>
      [...entries.values()].map((entry) => {
        const of = (direction: UdpDirection) => ({
          fault: faultOf(entry.owner, direction),
          ...countsOf([entry], direction),
        })
        return { ...entry.owner, toGateway: of('toGateway'), toClient: of('toClient') }
      }),
    current: (session) => ({ toGateway: faultOf(session, 'toGateway'), toClient: faultOf(session, 'toClient') }),
  }

  return {
    faults,
    enabled,
    /** From here until `release` the session has relays. */
    admit: (owner: Owner): void => {
      if (enabled) entries.set(owner.connId, { owner, relays: new Map() })
    },
    /** An answer whose UDP candidates lead to relays of this session; as it is without relays, or when it has ended. */
    reroute: async (connId: string, sdp: string): Promise<string> => {
      const entry = entries.get(connId)
      if (!entry) return sdp
      const ports = new Map<string, number>()
      for (const [, , address = '', port = ''] of sdp.matchAll(candidate))
        ports.set(`${address} ${port}`, (await open(entry, address, Number(port))).port)
      return sdp.replace(
        candidate,
        (_, head: string, address: string, port: string) => `${head}${address} ${ports.get(`${address} ${port}`)}`,
      )
    },
    release,
  }
}

export type UdpRelays = ReturnType<typeof udpFaults>
