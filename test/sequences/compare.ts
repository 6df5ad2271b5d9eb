import type { Ending, Exception, RealStack, Rewriting } from './exceptions.js'
import type { Entry } from './run.js'

/** One call, where the two differ: the lines that only one of them has, and what was called before. */
export interface Compared {
  readonly call: string
  readonly outcomes: { readonly real: string; readonly simulated: string }
  readonly real: readonly string[]
  readonly simulated: readonly string[]
  readonly before: readonly Entry[]
}

/** How a sequence ended: all of it equal, equal up to a listed difference, or not. */
export type Verdict =
  | { readonly is: 'equal' }
  | { readonly is: 'ended'; readonly by: string; readonly at: number }
  | { readonly is: 'different'; readonly at: string; readonly real: string[]; readonly simulated: string[] }

const rewritten = (line: string, of: Rewriting['of'], rewritings: readonly Rewriting[]): string =>
  rewritings.reduce((text, one) => (one.of === of ? text.replace(one.pattern, one.as) : text), line)

const sorted = (line: string): string => {
  const [where = '', told = ''] = line.split(': ')
  return `${where}: ${told.split(', ').sort().join(', ')}`
}

const linesOf = (entry: Entry, before: Entry | undefined, exceptions: readonly Exception[]): string[] => {
  const rewritings = exceptions.filter((one) => one.kind === 'rewriting')
  const loose = exceptions.some((one) => one.kind === 'unordered' && one.call.test(entry.call))
  const seen = (one: Entry | undefined) => one?.seen.map((line) => rewritten(line, 'seen', rewritings)) ?? []
  const known = seen(before)
  const heard = entry.heard.map((line) => rewritten(line, 'heard', rewritings)).filter((line) => line)
  return [
    `came to ${rewritten(entry.outcome, 'outcome', rewritings)}`,
    ...heard.map((line) => (loose ? sorted(line) : line)),
    ...seen(entry).filter((line) => !known.includes(line)),
  ]
}

/** Holds a real trace against the simulated one of the same sequence. */
export const compare = (
  stack: RealStack,
  real: readonly Entry[],
  simulated: readonly Entry[],
  listed: readonly Exception[],
): Verdict => {
  const exceptions = listed.filter(({ stacks }) => stacks.includes(stack))
  const endings = exceptions.filter((one): one is Ending => one.kind === 'ending')
  for (const [at, entry] of real.entries()) {
    const other = simulated[at] as Entry
    const mine = linesOf(entry, real[at - 1], exceptions)
    const its = linesOf(other, simulated[at - 1], exceptions)
    if (mine.join('\n') === its.join('\n')) continue
    const compared: Compared = {
      call: entry.call,
      outcomes: { real: entry.outcome, simulated: other.outcome },
      real: mine.filter((line) => !its.includes(line)),
      simulated: its.filter((line) => !mine.includes(line)),
      before: real.slice(0, at),
    }
    const by = endings.find(({ when }) => when(compared))
    if (by) return { is: 'ended', by: by.id, at: at + 1 }
    return { is: 'different', at: entry.call, real: [...compared.real], simulated: [...compared.simulated] }
  }
  return { is: 'equal' }
}
