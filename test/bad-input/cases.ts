import * as fc from 'fast-check'

/** How many cases a test of the whole 10,000 runs: its share of `RSE_CASES`. */
export const cases = (share: number): number => Math.ceil(Number(process.env.RSE_CASES ?? 10_000) * share)

/** The same cases in every run unless `RSE_SEED` says otherwise; a failure prints seed and path. */
export const seed = (): number => Number(process.env.RSE_SEED ?? 20_260_101)

/** Parameters of a property. */
export const parameters = <T>(share: number, salt = 0): fc.Parameters<T> => ({
  numRuns: cases(share),
  seed: seed() + salt,
  endOnFailure: false,
})

/** A value of a list, shown by its name. */
export const oneOf = <T extends { readonly name: string }>(list: readonly T[]): fc.Arbitrary<T> =>
  fc.constantFrom(...list).map((it) => Object.assign(Object.create(it) as T, { [fc.toStringMethod]: () => it.name }))
