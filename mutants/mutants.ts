import { createMachine, type AnyStateMachine } from 'xstate'
import { CHARTS, type Subject } from '../src/testing/explore/index.js'
import { nameOf, writtenOut, type NodeConfig } from './config.js'
import { mutationsOf, NEGATED, type Kind } from './mutations.js'
import { placesOf, sitesOf } from './sites.js'

type Guard = (args: unknown, params: unknown) => boolean

/** A chart with one change in it. */
export interface Mutant {
  /** Where and what; the same as long as the site is there. */
  readonly id: string
  readonly kind: Kind
  /** The chart that is changed, with its world. */
  readonly subject: Subject
}

/**
 * The guards that a config asks: an opposite takes the place of the guard that is asked nowhere else. A name that
 * nobody uses would be noticed as such, which says nothing about the change.
 */
const guardsOf = (chart: string, { guards }: AnyStateMachine['implementations'], config: NodeConfig) => {
  const asked = new Set(
    placesOf(chart, config)
      .flatMap(sitesOf)
      .map(({ transition: { guard } }) => guard && nameOf(guard)),
  )
  return Object.fromEntries(
    Object.entries(guards as Record<string, Guard>).flatMap(([name, guard]) => {
      const opposite = `${NEGATED}${name}`
      if (!asked.has(opposite)) return [[name, guard]]
      const made = [opposite, (args: unknown, params: unknown) => !guard(args, params)]
      return asked.has(name) ? [[name, guard], made] : [made]
    }),
  )
}

/** A machine of a config, with what the chart has behind its names. */
export const machineOf = ({ implementations, id }: AnyStateMachine, config: NodeConfig): AnyStateMachine =>
  createMachine(
    config as never,
    { ...implementations, guards: guardsOf(id, implementations, config) } as never,
  ) as AnyStateMachine

/** The charts are changed in place, see `become`: their own configs are kept. */
const ORIGINAL = new Map(CHARTS.map(({ name, machine }) => [name, machine.config as object]))

const configOf = ({ name }: Subject): NodeConfig => writtenOut({ config: ORIGINAL.get(name) } as never)

/** Every mutant of every chart. */
export const MUTANTS: readonly Mutant[] = CHARTS.flatMap((subject) =>
  mutationsOf(subject.name, configOf(subject)).map(({ id, kind }) => ({ id, kind, subject })),
)

/** The mutant of an id. */
export const mutantOf = (id: string): Mutant => {
  const mutant = MUTANTS.find((one) => one.id === id)
  if (!mutant) throw new RangeError(`no mutant ${id}`)
  return mutant
}

/** The changed chart. */
export const mutated = ({ id, subject }: Mutant): AnyStateMachine => {
  const config = configOf(subject)
  mutationsOf(subject.name, config)
    .find((mutation) => mutation.id === id)
    ?.apply()
  return machineOf(subject.machine, config)
}
