import type { Pair, Side } from './pair.js'

const failure = (how: string, error: unknown): string => `${how} ${(error as Error | undefined)?.name ?? String(error)}`

/** What a call comes to: `done`, or the name of its error, and whether it was thrown; what it returns goes to `take`. */
export const outcomeOf = async <T>(
  pair: Pair,
  side: Side,
  call: () => T | Promise<T>,
  take: (value: T) => string | void = () => {},
  /** Whether its place among the events counts. */
  notes = true,
): Promise<string> => {
  let pending: T | Promise<T>
  try {
    pending = call()
  } catch (error) {
    return failure('throws', error)
  }
  if (!(pending instanceof Promise)) return take(pending) ?? 'done'
  let outcome = 'never settles'
  const noted = pending.then(
    (value) => {
      outcome = take(value) ?? 'done'
      if (notes) side.hear('signalling', '(settled)')
    },
    (error: unknown) => {
      outcome = failure('rejects', error)
      if (notes) side.hear('signalling', '(settled)')
    },
  )
  await side.stack.wait(noted, pair)
  return outcome
}
