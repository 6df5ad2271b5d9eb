import type { StateValue } from 'xstate'
import type { introducing } from '../../../src/inspect/index.js'

// Here `xstate` is version 4: what is needed of version 5 is said by shape.

/** What an observer of `socket.inspect` is told. */
export type InspectionEvent = Parameters<ReturnType<typeof introducing>>[0]

export interface Event5 {
  readonly type: string
}

export interface Snapshot5 {
  readonly value: StateValue
  readonly context: object
  readonly status: 'active' | 'done' | 'error' | 'stopped'
  readonly children: Readonly<Record<string, Actor5 | undefined>>
}

export interface Actor5 {
  readonly id: string
  readonly sessionId: string
  readonly _parent?: Actor5
  readonly logic: { readonly root?: Node5 }
  getSnapshot(): Partial<Snapshot5> | undefined
  send(event: Event5): void
}

type Named = string | { readonly type: string; readonly params?: unknown }
type OneOrMore<T> = T | readonly T[]

export type Action5 = OneOrMore<Named>

export interface Transition5 {
  readonly target?: OneOrMore<string>
  readonly guard?: Named
  readonly actions?: Action5
  readonly reenter?: boolean
}

export type Transitions5 = OneOrMore<string | Transition5> | undefined

interface Invoke5 {
  readonly src: string
  readonly onDone?: Transitions5
  readonly onError?: Transitions5
}

/** A state as its author wrote it. */
interface Config5 {
  readonly type?: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  readonly initial?: string
  readonly entry?: Action5
  readonly exit?: Action5
  readonly always?: Transitions5
  readonly on?: Readonly<Record<string, Transitions5>>
  readonly after?: Readonly<Record<string, Transitions5>>
  readonly onDone?: Transitions5
  readonly invoke?: OneOrMore<Invoke5>
  readonly tags?: OneOrMore<string>
}

/** A state of a chart that runs. */
export interface Node5 {
  readonly id: string
  readonly config: Config5
  readonly states: Readonly<Record<string, Node5>>
  /** In the order of the config, with the ids that XState gave them. */
  readonly invoke: readonly { readonly id: string }[]
}
