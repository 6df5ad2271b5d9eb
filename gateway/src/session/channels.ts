import type { RTCDataChannel, RTCPeerConnection } from 'werift'
import { sendFrame } from '../workarounds/send-empty-frame.js'
import { decodeFrame, maxSentBytes } from './framing.js'

interface ChannelEvents {
  readonly onOpen: () => void
  /** False when it is no request. */
  readonly onMessage: (message: unknown) => boolean
  readonly onClosed: () => void
  /** Whether a frame that is no request comes back as it came; the real server says nothing. */
  readonly echoes: boolean
}

/** The last channel that the client opened speaks for the server; any channel that closes ends the session. */
export const sessionChannels = (pc: RTCPeerConnection, { onOpen, onMessage, onClosed, echoes }: ChannelEvents) => {
  let outbound: RTCDataChannel | undefined
  let waiting: string[] = []
  let closesAlone = false
  let closesOnceOpen = false

  const deliver = (channel: RTCDataChannel, text: string): void => {
    if (Buffer.byteLength(text) <= maxSentBytes && channel.readyState === 'open') channel.send(text)
  }

  const closeAlone = (): void => {
    closesAlone = true
    closesOnceOpen = outbound === undefined
    outbound?.close()
  }

  pc.onDataChannel.subscribe((channel) => {
    channel.stateChange.subscribe((state) => {
      if (state === 'closing' || state === 'closed') return closesAlone ? undefined : onClosed()
      if (state !== 'open') return
      outbound = channel
      onOpen()
      if (closesOnceOpen) closeAlone()
      // werift calls a channel open before it queues the acknowledgement (RFC 8832 6), which has to go first
      queueMicrotask(() => {
        const queued = waiting
        waiting = []
        for (const text of queued) deliver(channel, text)
      })
    })
    channel.onMessage.subscribe((frame) => {
      const message = decodeFrame(frame)
      const isRequest = message !== undefined && onMessage(message)
      if (!isRequest && echoes && channel.readyState === 'open') sendFrame(pc, channel, frame)
    })
  })

  return {
    isOpen: (): boolean => outbound?.readyState === 'open',
    /**
     * Closes the channel from this side (RFC 8831 6.7), and lives on without one. The client calls its end open before
     * this side has heard of it (RFC 8832 6): then it is closed as soon as it is there.
     */
    closeAlone,
    /** What happens before a channel is open waits for it. */
    send: (message: object): void => {
      const text = JSON.stringify(message)
      if (outbound && waiting.length === 0) deliver(outbound, text)
      else waiting.push(text)
    },
  }
}
