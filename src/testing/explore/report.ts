import type { DeadEnd, Exploration, Violation } from './findings.js'

/** Whether a chart passes: all was seen, all is reachable, nothing is a dead end, every invariant holds. */
export const passes = ({ exhaustive, unreachable, deadEnds, violations }: Exploration): boolean =>
  exhaustive && unreachable.length + deadEnds.length + violations.length === 0

/** An exploration as lines of text. */
export const reportOf = (found: Exploration): string => {
  const { chart, states, edges, exhaustive, unreachable, deadEnds, violations, invariants, unused, rests } = found
  return [
    `${chart}: ${states} states, ${edges} edges, ${counted(invariants.length, 'invariant')}`,
    exhaustive ? [] : '  NOT EXHAUSTIVE: there is more than was looked at',
    unreachable.map((node) => `  UNREACHABLE ${node || 'the chart itself'}`),
    deadEnds.flatMap(deadEnd),
    violations.flatMap(violation),
    unused.map((what) => `  unused: ${what}`),
    Object.entries(rests).map(([node, why]) => `  rests in ${node}: ${why}`),
  ]
    .flat()
    .join('\n')
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const deadEnd = ({ node, complaint, path }: DeadEnd): string[] => [
  `  DEAD END ${node}: ${complaint}`,
  ...path.map((label, index) => `    ${index + 1}. ${label}`),
]

const violation = ({ invariant, complaint, path, states }: Violation): string[] => [
  `  VIOLATION ${invariant}: ${complaint}`,
  ...path.map((label, index) => `    ${index + 1}. ${label} -> ${states[index] ?? ''}`),
]
