import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Gateway } from '../../gateway/src/index.js'
import { signSessionToken } from '../../gateway/src/tokens.js'

/** The gateway in a process of its own, which can be stopped and let go on: neither HTTP nor media answers meanwhile. */
export const gatewayThatFreezes = async () => {
  const main = fileURLToPath(new URL('../../gateway/src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0', '--json', '--dev-extensions'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  // It logs on, and nobody reads that.
  child.stdout.resume()
  const { url } = JSON.parse(line.toString().split('\n', 1)[0]!) as { url: string }
  const seen: Pick<Gateway, 'url' | 'token' | 'sessions'> = {
    url,
    token: ({ room, peer }) => signSessionToken({ room, peer: peer ?? null }, 'insecure', Date.now()),
    sessions: () => [],
  }
  return {
    gateway: seen as Gateway,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    end: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
