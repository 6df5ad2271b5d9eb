/** A direction that a description can have. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** Whether who has this direction sends; nobody does without one. */
export const sends = (direction: string | null | undefined): boolean =>
  direction === 'sendrecv' || direction === 'sendonly'

/** Whether who has this direction receives. */
export const receives = (direction: string | null | undefined): boolean =>
  direction === 'sendrecv' || direction === 'recvonly'

/** The direction of who does these. */
export const directionOf = (sending: boolean, receiving: boolean): Direction => {
  if (sending) return receiving ? 'sendrecv' : 'sendonly'
  return receiving ? 'recvonly' : 'inactive'
}

/** The same line as the other side sees it (RFC 3264 section 6.1). */
export const reversed = (direction: Direction): Direction => directionOf(receives(direction), sends(direction))

/** What both allow (JSEP 5.3.1). */
export const both = (one: string, other: string): Direction =>
  directionOf(sends(one) && sends(other), receives(one) && receives(other))
