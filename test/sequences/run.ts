import { told, type Step } from './calls.js'
import { pairOn, type Pair } from './pair.js'
import { perform } from './perform.js'
import { snapshot } from './snapshot.js'
import type { Stack } from './stack.js'

/** What a call brought about: what it came to, what was heard, by where, and what can be seen once all is quiet. */
export interface Entry {
  readonly call: string
  readonly outcome: string
  readonly heard: readonly string[]
  readonly seen: readonly string[]
}

const look = ({ a, b }: Pair): string[] => [...snapshot(a), ...snapshot(b)]

/** Runs a sequence on a new pair of a stack. */
export const run = async (stack: Stack, steps: readonly Step[]): Promise<Entry[]> => {
  const pair = pairOn(stack)
  const trace: Entry[] = []
  try {
    for (const [at, step] of steps.entries()) {
      const outcome = await perform(pair, step)
      await stack.quiet(pair)
      const heard = [...pair.a.take(), ...pair.b.take()]
      trace.push({ call: `${at + 1} ${step.on}: ${told(step)}`, outcome, heard, seen: look(pair) })
    }
  } finally {
    pair.a.pc.close()
    pair.b.pc.close()
    await stack.dispose()
  }
  return trace
}
