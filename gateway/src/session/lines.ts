import type { Kind } from '../messages.js'
import type { OfferLine } from '../sdp/offer.js'
import type { ReceiverLine } from '../media/receiver-line.js'
import type { SenderLine } from '../media/sender-line.js'

interface Makers {
  readonly sender: (line: OfferLine, kind: Kind) => SenderLine
  readonly receiver: (line: OfferLine, kind: Kind, id: string) => ReceiverLine
}

export type LineChange =
  | { readonly type: 'sender added' | 'sender removed'; readonly line: SenderLine }
  | { readonly type: 'receiver added' | 'receiver removed'; readonly line: ReceiverLine }

type Line = { current: SenderLine | ReceiverLine | undefined }

/**
 * The m-lines by mid. What a line is for is decided by the direction in which it first appears and never changes: a line
 * that went inactive, or began as inactive, stays dead (observed).
 */
export const lineBook = (make: Makers) => {
  const lines = new Map<string, Line>()
  const receiversMade = { audio: 0, video: 0 }

  const firstSeen = (offered: OfferLine, kind: Kind): LineChange | undefined => {
    const line: Line = { current: undefined }
    lines.set(offered.mid, line)
    if (offered.direction === 'inactive') return undefined
    if (offered.direction === 'recvonly') {
      const id = `${kind}_${receiversMade[kind]++}`
      const receiver = make.receiver(offered, kind, id)
      line.current = receiver
      return { type: 'receiver added', line: receiver }
    }
    const sender = make.sender(offered, kind)
    line.current = sender
    return { type: 'sender added', line: sender }
  }

  const seenAgain = (line: Line, offered: OfferLine): LineChange | undefined => {
    const { current } = line
    if (!current || offered.direction !== 'inactive') return undefined
    line.current = undefined
    return current.role === 'sender'
      ? { type: 'sender removed', line: current }
      : { type: 'receiver removed', line: current }
  }

  return {
    apply: (offered: readonly OfferLine[]): LineChange[] =>
      offered.flatMap((next) => {
        if (next.kind === 'application') return []
        const known = lines.get(next.mid)
        return (known ? seenAgain(known, next) : firstSeen(next, next.kind)) ?? []
      }),
    all: (): (SenderLine | ReceiverLine)[] => [...lines.values()].flatMap(({ current }) => current ?? []),
  }
}
