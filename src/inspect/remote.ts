import type { EnvironmentClock } from '../interfaces/environment.js'
import type { StepSource } from './source.js'
import { ASKED, type Told } from './wire.js'

/** How it stands with the session that runs elsewhere. */
export type RemoteStatus = 'connecting' | 'connected' | 'over' | 'gone'

/** Counts of what is kept no more, and how it stands. */
export interface RemoteNews {
  readonly status: RemoteStatus
  readonly dropped: number
}

/**
 * The session of another process, over a WebSocket that is not open yet. It is over with that: nobody connects again,
 * since what was missed could not be told from what never was.
 */
export const remoteSource = (
  wire: WebSocket,
  clock: EnvironmentClock,
  onNews: (news: RemoteNews) => void,
): StepSource => {
  // What is late makes the other clock look as if it were behind: the earliest arrival tells the most.
  let ahead = -Infinity
  let stopped: number | undefined
  let messages: object = {}
  let asking = true
  let news: RemoteNews = { status: 'connecting', dropped: 0 }
  const now = () => stopped ?? clock.now() + ahead
  const say = (more: Partial<RemoteNews>) => onNews((news = { ...news, ...more }))

  return {
    clock,
    live: {
      now,
      messages: () => {
        if (!asking) wire.send(ASKED)
        asking = true
        return messages
      },
    },
    follow: ({ past, step, end }) => {
      const following = new AbortController()
      const { signal } = following
      const onMessage = ({ data }: MessageEvent) => {
        const told = JSON.parse(String(data)) as Told
        ahead = Math.max(ahead, told.now - clock.now())
        if (told.messages) {
          messages = told.messages
          asking = false
        }
        if (told.past) {
          past(told.past)
          say({ status: 'connected', dropped: told.dropped ?? 0 })
        }
        if (told.step) step(told.step)
        if (told.over) say({ status: 'over' })
      }
      const onClose = () => {
        stopped = now()
        asking = true
        if (news.status !== 'over') say({ status: 'gone' })
        end()
      }
      wire.addEventListener('message', onMessage, { signal })
      wire.addEventListener('close', onClose, { signal })
      say({})
      return () => {
        following.abort()
        wire.close()
      }
    },
  }
}
