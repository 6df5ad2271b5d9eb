import type { IncomingMessage } from 'node:http'

/** A name that an attacker has made to point here (DNS rebinding) is none of these. */
const OURS = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/

/**
 * Whether a request was made by the page itself. `Host` has to be a name of loopback. `Origin` says which page asks, and
 * no page can make it say something else: it has to be the one that this server has served. Where a page was opened from
 * the address bar, or reads its own scripts, there may be none.
 */
export const isOwn = ({ headers: { host = '', origin } }: IncomingMessage, needsOrigin: boolean): boolean =>
  OURS.test(host) && (origin === undefined ? !needsOrigin : origin === `http://${host}`)
