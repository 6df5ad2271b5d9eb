import { readSaid } from '../messages.js'
import type { Handler } from './requests.js'

/** What the real server does not know: it answers none of these. */
export const devHandlers: Readonly<Record<string, Handler>> = {
  'dev.echo': (data, _targets, answer) => answer(true, data ?? null),
  'dev.say': (data, targets, answer) => {
    targets.say(readSaid(data, '').data ?? null)
    answer(true)
  },
}
