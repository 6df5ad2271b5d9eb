import type { AnyEventObject } from 'xstate'
import { plain } from './interpreter.js'
import type { Configuration, Outcomes, Row, Stimulus, Subject } from './types.js'

const labelled = ({ type, ...more }: AnyEventObject): string =>
  Object.keys(more).length > 0 ? `${type} ${short(more)}` : type

/** Error facts by their code: the rest is prose. */
const short = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'code' in value ? value.code : value,
  )

/** A timer by what it waits for and where: `after connect deadline in connection.connecting`. */
const timerLabel = (timer: string): string => timer.replace(/^xstate\.after\.([^.]*)\./, 'after "$1" in ')

/** All that may happen to a chart in a configuration: events, actors that end, timers that fire. */
export const stimuliOf = ({ environment }: Subject, configuration: Configuration): Stimulus[] => {
  const { events, actors } = environment as unknown as {
    events: Record<string, Row<AnyEventObject, unknown, unknown>>
    actors: Record<string, Outcomes<unknown, unknown>>
  }
  const stimuli: Stimulus[] = []
  for (const { cause, offers } of Object.values(events))
    for (const event of offers(configuration)) stimuli.push({ label: labelled(event), cause, event })
  for (const actor of configuration.actors) {
    const { done, failed } = actors[actor.name] ?? {}
    for (const output of done?.(actor, configuration) ?? [])
      stimuli.push({
        label: `"${actor.name}" done${output === undefined ? '' : ` ${plain(output)}`}`,
        cause: 'actor',
        event: { type: `xstate.done.actor.${actor.id}`, output, actorId: actor.id },
        ends: actor,
        outcome: { output },
      })
    for (const error of failed?.(actor, configuration) ?? [])
      stimuli.push({
        label: `"${actor.name}" failed ${short(error)}`,
        cause: 'actor',
        event: { type: `xstate.error.actor.${actor.id}`, error, actorId: actor.id },
        ends: actor,
        outcome: { error },
      })
  }
  for (const timer of configuration.timers)
    stimuli.push({ label: timerLabel(timer), cause: 'time', event: { type: timer }, timer })
  return stimuli
}
