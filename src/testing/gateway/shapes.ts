/** A value is not what the server's own types ask for: 400 over HTTP, silence on the channel. */
export class ShapeError extends Error {}

export type Shape<T> = (value: unknown, at: string) => T

const refuse = (at: string, wanted: string): never => {
  throw new ShapeError(`field "${at}": ${wanted} is expected`)
}

export const text: Shape<string> = (value, at) => (typeof value === 'string' ? value : refuse(at, 'a string'))
/** Boxed ones too, see json.ts. */
const isNumber = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Number]'

/** Text of an HTTP body may be written as a number or a boolean; on the channel it may not. */
export const posted: Shape<string> = (value, at) =>
  isNumber(value) || typeof value === 'boolean' ? String(value) : text(value, at)
export const flag: Shape<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'a boolean'))
export const whatever: Shape<unknown> = (value) => value

/** An unsigned integer of so many bits. */
export const unsigned =
  (bits: number): Shape<number> =>
  (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** bits
      ? value
      : refuse(at, `an unsigned integer of ${bits} bits`)

export const oneOf =
  <const Choices extends readonly string[]>(...choices: Choices): Shape<Choices[number]> =>
  (value, at) =>
    choices.includes(value as string) ? (value as Choices[number]) : refuse(at, `one of ${choices.join(', ')}`)

/** `null` is as good as nothing. */
export const maybe =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, at) =>
    value === undefined || value === null ? undefined : shape(value, at)

export const list =
  <T>(shape: Shape<T>): Shape<T[]> =>
  (value, at) =>
    Array.isArray(value) ? value.map((item, index) => shape(item, `${at}.${index}`)) : refuse(at, 'a list')

/** An object with these members; others are ignored. */
export const members =
  <T extends object>(shapes: { [Key in keyof T]-?: Shape<T[Key]> }): Shape<T> =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'an object')
    return Object.fromEntries(
      Object.entries(shapes).map(([key, shape]) => [
        key,
        (shape as Shape<unknown>)((value as Record<string, unknown>)[key], at ? `${at}.${key}` : key),
      ]),
    ) as T
  }
