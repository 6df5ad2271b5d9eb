import { homedir } from 'node:os'
import { join } from 'node:path'

/** Version of the published package that the suite is written against. */
export const serverVersion = '0.1.4'
export const serverPackage = 'atm0s-media-server'

const base = () => process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

/** Everything built lives outside the repository, so that a clean checkout stays clean and a second checkout is served too. */
const cacheDirectory = () => process.env.RSE_CACHE || join(base(), 'realtime-session-engine')

export const serverDirectory = () => join(cacheDirectory(), `media-server-${serverVersion}`)

/** `RSE_MEDIA_SERVER` names a server that somebody built by other means. */
export const serverBinary = () => process.env.RSE_MEDIA_SERVER || join(serverDirectory(), 'bin', serverPackage)
