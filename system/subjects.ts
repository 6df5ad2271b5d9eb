import type { NegotiationContext } from '../src/machines/negotiation.setup.js'
import type { NegotiationMemory } from '../src/testing/explore/environments/negotiation.js'
import type { SessionMemory } from '../src/testing/explore/environments/session.js'
import { CHARTS, type Edge, type Subject } from '../src/testing/explore/index.js'

/** The kinds of charts in a session. */
export type Kind = 'session' | 'connection' | 'negotiation' | 'channel' | 'page' | 'sender' | 'receiver' | 'farewell'

export type Subjects = Readonly<Record<Kind, Subject>>

/** `sender-2` is a sender: charts that there may be more of are named by their kind and a number. */
export const kindOf = (id: string): Kind => id.replace(/-\d+$/, '') as Kind

/** A chart that remembers less than alone: in its own world it must foresee what the other charts here do. */
const forgetful = <Memory>(subject: Subject, forget: (memory: Memory, to: Edge['to']) => Partial<Memory>): Subject => {
  const remember = subject.environment.remember as unknown as (memory: Memory, edge: Edge) => Memory
  const less = (memory: Memory, edge: Edge) => {
    const kept = remember(memory, edge)
    return { ...kept, ...forget(kept, edge.to) }
  }
  return { ...subject, environment: { ...subject.environment, remember: less } as unknown as Subject['environment'] }
}

const REST: Partial<SessionMemory> = { connection: 'new', generation: 0, opened: false, ended: undefined, made: 0 }

const LESS: Readonly<Record<string, (subject: Subject) => Subject>> = {
  session: (subject) => forgetful<SessionMemory>(subject, () => REST),
  // Where there is no offer none can be stale: the next one may have the first ordinal again.
  negotiation: (subject) =>
    forgetful<NegotiationMemory>(subject, (_, { context }) =>
      (context as NegotiationContext).offer ? {} : { made: 0, used: false },
    ),
}

/** The charts as `npm run explore` has them, each with its invariants. */
export const SUBJECTS = Object.fromEntries(
  CHARTS.map((subject) => [subject.name, LESS[subject.name]?.(subject) ?? subject]),
) as unknown as Subjects
