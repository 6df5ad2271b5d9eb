import type { Step } from './step.js'

/** What a process tells the pages that look at its session, as one line of JSON each. */
export interface Told {
  /** Milliseconds of the session's clock, when it was sent. */
  readonly now: number
  /** The first: the steps before the page came, and how many older ones are kept no more. */
  readonly past?: readonly Step[]
  readonly dropped?: number
  readonly step?: Step
  /** With the first, and as the answer to {@link ASKED}. */
  readonly messages?: object
  /** The last: the session has ended. */
  readonly over?: true
}

/** The one thing that a page says: it asks how many messages became what. */
export const ASKED = 'messages'
