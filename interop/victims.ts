import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Run, Target } from './scenario.js'
import { endWithThisProcess, startRealServer } from './server.js'

/** A process of a server that can be harmed. */
interface Process {
  readonly url: string
  /** Resolves when it is gone. */
  kill(): Promise<unknown>
  signal(name: 'SIGSTOP' | 'SIGCONT'): unknown
}

/** One process after the other at the same port. */
const victimOf =
  (start: (port?: number) => Promise<Process>): Target['victim'] =>
  async (run: Run) => {
    let process = await start()
    const { url } = process
    run.defer(() => process.kill())
    return {
      url,
      kill: async () => void (await process.kill()),
      restart: async () => void (process = await start(Number(new URL(url).port))),
      freeze: () => void process.signal('SIGSTOP'),
      thaw: () => void process.signal('SIGCONT'),
    }
  }

/** More real media servers. */
export const realVictim = (secret: string): Target['victim'] =>
  victimOf(async (httpPort) => {
    const { url, kill, close } = await startRealServer({ secret, ...(httpPort !== undefined && { httpPort }) })
    return {
      url,
      kill: () => {
        kill()
        return close()
      },
      signal: kill,
    }
  })

/** The embedded gateway in processes of their own: that of the suite cannot stand still without the suite. */
export const embeddedVictim = (secret: string): Target['victim'] =>
  victimOf(async (port = 0) => {
    const main = fileURLToPath(new URL('../gateway/src/main.ts', import.meta.url))
    const parameters = ['--port', `${port}`, '--secret', secret, '--json']
    const child = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', main, ...parameters], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const guard = endWithThisProcess(child.pid)
    const [line] = (await Promise.race([
      once(child.stdout, 'data'),
      exited.then(() => Promise.reject(new Error('the embedded gateway did not start'))),
    ])) as [Buffer]
    // It logs on, and nobody reads that.
    child.stdout.resume()
    const { url } = JSON.parse(line.toString().split('\n', 1)[0] ?? '') as { url: string }
    return {
      url,
      kill: () => {
        child.kill('SIGKILL')
        return exited.then(() => guard.kill('SIGKILL'))
      },
      signal: (name) => child.kill(name),
    }
  })
