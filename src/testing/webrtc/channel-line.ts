import type { Connection } from './connection.js'
import type { Section } from './section.js'

/** Notes which line is that of the channels. */
export const keepChannelMid = (connection: Connection, { mid, rejected }: Section): void => {
  const { quirks, channelMid } = connection
  if (quirks.keepsChannelMid && (rejected || channelMid !== null)) return
  connection.channelMid = mid
}

/** Whether an offered line can be that of the channels. */
export const takesChannels = ({ quirks, channelMid }: Connection, mid: string): boolean =>
  !quirks.keepsChannelMid || channelMid === null || channelMid === mid
