/** Thrown when a value does not have the promised shape; HTTP answers it with 400, the data channel with silence. */
export class ShapeError extends Error {}

export type Reader<T> = (value: unknown, at: string) => T

const refuse = (at: string, wanted: string): never => {
  throw new ShapeError(`field "${at}": expected ${wanted}`)
}

export const string: Reader<string> = (value, at) => (typeof value === 'string' ? value : refuse(at, 'a string'))
/** Boxed ones too: see `json.ts`. */
const isNumber = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Number]'
/** A string of an HTTP body may be written as a number or a boolean; on the channel it may not. */
export const text: Reader<string> = (value, at) =>
  isNumber(value) || typeof value === 'boolean' ? String(value) : string(value, at)
export const boolean: Reader<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'a boolean'))

export const unsigned =
  (max: number): Reader<number> =>
  (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
      ? value
      : refuse(at, `an integer from 0 to ${max}`)

export const u8 = unsigned(0xff)
export const u16 = unsigned(0xffff)
export const u64 = unsigned(2 ** 64)

export const oneOf =
  <const T extends readonly string[]>(...choices: T): Reader<T[number]> =>
  (value, at) =>
    choices.includes(value as T[number]) ? (value as T[number]) : refuse(at, `one of ${choices.join(', ')}`)

export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value, at) =>
    value === undefined || value === null ? undefined : read(value, at)

export const list =
  <T>(read: Reader<T>): Reader<T[]> =>
  (value, at) =>
    Array.isArray(value) ? value.map((item, index) => read(item, `${at}.${index}`)) : refuse(at, 'a list')

/** Members that are not named here are ignored, as the real server does. */
export const record =
  <T extends object>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'an object')
    const members = value as Record<string, unknown>
    const result: Partial<T> = {}
    for (const key in fields) result[key] = fields[key](members[key], at === '' ? key : `${at}.${key}`)
    return result as T
  }

/** For what people write by hand: a member that is not named here is a mistake. One that is absent stays absent. */
export const exact =
  <T extends object>(fields: { [K in keyof T]-?: Reader<T[K] | undefined> }): Reader<T> =>
  (value, at) => {
    const members = record<Record<string, unknown>>(fields as Record<string, Reader<unknown>>)(value, at)
    const path = (key: string): string => (at === '' ? key : `${at}.${key}`)
    for (const key of Object.keys(value as object))
      if (!Object.hasOwn(fields, key)) refuse(path(key), `nothing; there are ${Object.keys(fields).join(', ')}`)
    return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as T
  }

export const number: Reader<number> = (value, at) => (typeof value === 'number' ? value : refuse(at, 'a number'))
