import { exceptionFor } from './exceptions.js'
import type { Json } from './scenario.js'

export interface Difference {
  /** Where in the observation, e.g. `answer.lines[0].setup`. */
  path: string
  /** Who saw something else than the first target, which is the real one unless it was left out. */
  target?: string
  /** Absent on a side where there is nothing at this path. */
  real?: Json
  other?: Json
  /** Why this one is allowed. */
  reason?: string
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isDeep = (value: Json | undefined) => typeof value === 'object' && value !== null

/** Lists of plain values are compared as a whole: an entry too many would otherwise look like a change of all that follow. */
const isPlainList = (value: Json | undefined) => isList(value) && !value.some(isDeep)

const side = (name: 'real' | 'other', value: Json | undefined) => (value === undefined ? {} : { [name]: value })

const walk = (path: string, real: Json | undefined, other: Json | undefined): Difference[] => {
  const plain = isPlainList(real) && isPlainList(other)
  if (isList(real) && isList(other) && !plain)
    return Array.from({ length: Math.max(real.length, other.length) }).flatMap((_, n) =>
      walk(`${path}[${n}]`, real[n], other[n]),
    )
  if (isObject(real) && isObject(other)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(other)])]
    return keys.flatMap((key) => walk(path ? `${path}.${key}` : key, real[key], other[key]))
  }
  if (JSON.stringify(real) === JSON.stringify(other)) return []
  return [{ path, ...side('real', real), ...side('other', other) }]
}

export const compare = (scenario: string, target: string, real: Json, other: Json): Difference[] =>
  walk('', real, other).map((difference) => {
    const reason = exceptionFor(scenario, target, difference)
    return { target, ...difference, ...(reason && { reason }) }
  })
