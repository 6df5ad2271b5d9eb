/** `again`: the same as `off` once more, as control. */
export type Contestant = 'on' | 'off' | 'again'

const ORDERS: readonly (readonly Contestant[])[] = [
  ['on', 'off', 'again'],
  ['off', 'again', 'on'],
  ['again', 'on', 'off'],
  ['again', 'off', 'on'],
  ['on', 'again', 'off'],
  ['off', 'on', 'again'],
]

/** Nobody always goes first, nor always after the same one. */
export const orderOf = (turn: number): readonly Contestant[] => ORDERS[turn % ORDERS.length] ?? []
