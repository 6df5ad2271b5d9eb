import { Failure } from './failure.js'
import type { Target } from './scenario.js'
import { realLab } from './real-lab.js'
import { startRealServer } from './server.js'
import { connectionId, sessionToken } from './token.js'
import { embeddedVictim, realVictim } from './victims.js'

export interface RunningTarget extends Target {
  /** What the target itself had to say, for the report of a scenario that could not do its steps. */
  log?(): string
  close(): Promise<unknown>
}

export const targetNames = ['real', 'embedded', 'simulated'] as const
export type TargetName = (typeof targetNames)[number]

const secret = 'insecure'
const token: Target['token'] = (room, peer, change) => sessionToken(secret, room, peer, change)

const connId: Target['connId'] = (node, counter) => connectionId(secret, node, counter)

const starts: Record<TargetName, () => Promise<RunningTarget>> = {
  async real() {
    const server = await startRealServer({ secret })
    const { url, log, close } = server
    return { name: 'real', url, lab: realLab, token, connId, victim: realVictim(secret), log, close }
  },
  async embedded() {
    // Loaded only when asked for: the suite has to run against the real server without it.
    const { startGateway } = await import('../gateway/src/index.js')
    const gateway = await startGateway({ secret, nodeId: 21 })
    const { url, close } = gateway
    return { name: 'embedded', url, lab: realLab, token, connId, victim: embeddedVictim(secret), close }
  },
  async simulated() {
    return (await import('./simulated-lab.js')).simulatedTarget(secret)
  },
}

export const startTarget = async (name: TargetName): Promise<RunningTarget> => {
  try {
    return await starts[name]()
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(`The target "${name}" did not start: ${error instanceof Error ? error.message : String(error)}`)
  }
}
