import type { Kind, SenderInfo } from '../messages.js'

/**
 * Announced senders wait here, one queue per kind, until a new m-line of their kind takes the first. The uuid only prevents
 * that a repeated announcement is queued twice.
 */
export const senderQueue = () => {
  const waiting: Record<Kind, string[]> = { audio: [], video: [] }
  const announced = new Map<string, string>()
  return {
    announce: (senders: readonly SenderInfo[]): void => {
      for (const { kind, name, uuid } of senders) {
        if (announced.get(name) === uuid) continue
        announced.set(name, uuid)
        waiting[kind].push(name)
      }
    },
    take: (kind: Kind): string | undefined => waiting[kind].shift(),
  }
}
