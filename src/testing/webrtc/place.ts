import type { Timeline } from '../scheduler/lane.js'
import type { TransportPlace } from '../transport/transport.js'
import type { StackName } from './quirks.js'

/** Where peer connections live, and how they behave there. */
export interface WebRtcPlace extends TransportPlace {
  /** Whose differences from the specification they have. Default: none. */
  readonly stack?: StackName
  /** Milliseconds between two packets of media. Default 100. */
  readonly mediaEvery?: number
  /** Where the page's JavaScript runs, so that it can stop while the transport lives. Default: where the transport does. */
  readonly script?: Timeline
}
