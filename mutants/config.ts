import type { AnyStateMachine } from 'xstate'

/** A guard or an action by its name, with what it is given. */
export type Named = string | { readonly type: string; readonly params?: unknown }

export const nameOf = (named: Named): string => (typeof named === 'string' ? named : named.type)

/** A transition as it stands in a config, written out in full. */
export interface TransitionConfig {
  target?: string
  guard?: Named
  actions: Named[]
  readonly reenter?: boolean
}

/** What a node invokes; its transitions are written out in full. */
export interface InvokeConfig {
  readonly src: string
  onDone?: TransitionConfig[]
  onError?: TransitionConfig[]
}

/** A state node of a config in which every shorthand is written out, so that a site has one shape. */
export interface NodeConfig {
  readonly id?: string
  readonly initial?: string
  entry: Named[]
  exit: Named[]
  invoke: InvokeConfig[]
  always: TransitionConfig[]
  onDone: TransitionConfig[]
  on: Record<string, TransitionConfig[]>
  after: Record<string, TransitionConfig[]>
  states: Record<string, NodeConfig>
}

type Loose = Record<string, unknown>

const listed = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? [...(value as unknown[])] : [value]

const actionsOf = (value: unknown): Named[] => listed(value) as Named[]

const transitionsOf = (value: unknown): TransitionConfig[] =>
  listed(value).map((one) => {
    const { actions, ...more } = typeof one === 'string' ? { target: one } : (one as Loose)
    return { ...more, actions: actionsOf(actions) }
  })

const each = <T>(record: unknown, make: (value: unknown) => T): Record<string, T> =>
  Object.fromEntries(Object.entries((record ?? {}) as Loose).map(([key, value]) => [key, make(value)]))

const invokeOf = (value: unknown): InvokeConfig => {
  const { onDone, onError, ...more } = value as Loose
  return {
    ...(more as { src: string }),
    ...(onDone !== undefined && { onDone: transitionsOf(onDone) }),
    ...(onError !== undefined && { onError: transitionsOf(onError) }),
  }
}

const nodeOf = (value: unknown): NodeConfig => {
  const { entry, exit, invoke, always, onDone, on, after, states, ...more } = value as Loose
  return {
    ...more,
    entry: actionsOf(entry),
    exit: actionsOf(exit),
    invoke: listed(invoke).map(invokeOf),
    always: transitionsOf(always),
    onDone: transitionsOf(onDone),
    on: each(on, transitionsOf),
    after: each(after, transitionsOf),
    states: each(states, nodeOf),
  }
}

/** A chart's config anew: written out in full, and nothing in it shared, neither with the chart nor between two sites. */
export const writtenOut = ({ config }: AnyStateMachine): NodeConfig => nodeOf(config)
