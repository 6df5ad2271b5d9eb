import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { serverBinary } from './cache.js'
import { Failure } from './failure.js'
import { isInstalled, notInstalled } from './install.js'

export interface RealServer {
  url: string
  secret: string
  pid: number
  /** The last lines that the server logged, for a report when a scenario fails. */
  log(): string
  /** Ends the server as an operator would, and waits for it. */
  close(): Promise<void>
  /** Ends it at once, as a crash would; or sends another signal (`SIGSTOP`, `SIGCONT`). */
  kill(signal?: NodeJS.Signals): void
}

export interface RealServerOptions {
  secret?: string
  nodeId?: number
  /** Default: any free one. */
  httpPort?: number
  /** Its log is appended here; `RUST_LOG` sets how much there is. */
  logFile?: string
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const answersHealth = async (url: string) => {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}

/**
 * Kills the server when this process ends in whatever way: the suite ends by `process.exit`, and a crash of libwebrtc runs
 * no handler at all. The guard waits for the end of its input, which the system closes.
 */
export const endWithThisProcess = (pid: number | undefined) => {
  const guard = spawn('sh', ['-c', `cat >/dev/null; kill -KILL ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'] })
  guard.unref()
  return guard
}

/** Starts the installed media server as one WebRTC node and resolves when it answers `GET /health`. */
export const startRealServer = async (options: RealServerOptions = {}): Promise<RealServer> => {
  if (!isInstalled()) throw notInstalled()
  const secret = options.secret ?? 'insecure'
  const [httpPort, sdnPort] = [options.httpPort ?? (await freePort()), await freePort()]
  const url = `http://127.0.0.1:${httpPort}`
  const parameters = ['--http-port', `${httpPort}`, '--sdn-port', `${sdnPort}`, '--node-id', `${options.nodeId ?? 21}`]
  const child = spawn(serverBinary(), [...parameters, '--secret', secret, 'webrtc'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { RUST_LOG: 'warn', ...process.env },
  })
  let log = ''
  const file = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log = (log + String(chunk)).slice(-16_384)
      file?.write(chunk)
    })
  let ended: string | undefined
  const exited = new Promise<void>((resolve) => {
    child.on('error', (error) => resolve(void (ended = error.message)))
    child.on('exit', (code, signal) => resolve(void (ended = `ended with ${signal ?? code}`)))
  })
  const guard = endWithThisProcess(child.pid)

  for (const deadline = Date.now() + 10_000; !(await answersHealth(url)); await pause(50)) {
    if (!ended && Date.now() < deadline) continue
    child.kill('SIGKILL')
    guard.kill('SIGKILL')
    throw new Failure(`The media server did not start: ${ended ?? 'no answer to /health in 10 s'}\n${log.slice(-2000)}`)
  }
  return {
    url,
    secret,
    pid: child.pid ?? 0,
    log: () => log,
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    async close() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
      await exited
      clearTimeout(timer)
      guard.kill('SIGKILL')
      file?.end()
    },
  }
}
