import { spawn, spawnSync } from 'node:child_process'

const inside = 'RSE_INTEROP_NAMESPACE'

const ways: readonly (readonly string[])[] = [['--net'], ['--user', '--map-root-user', '--net']]

const workingWay = () =>
  process.platform === 'linux'
    ? ways.find((way) => spawnSync('unshare', [...way, 'ip', 'link', 'set', 'lo', 'up']).status === 0)
    : undefined

/**
 * The server binds every interface and has no option against it. In a network namespace that holds nothing but loopback
 * its traffic cannot leave the machine, and all ports are free. Client and server must both be in it, so the whole
 * program is executed again inside.
 *
 * Returns the exit code of the program inside, or undefined when the caller has to do the work itself.
 */
export const insideNamespace = async () => {
  if (process.env[inside]) return undefined
  const way = workingWay()
  if (!way) {
    process.stderr.write('Warning: no network namespace can be made here; the server will listen on every interface.\n')
    return undefined
  }
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const child = spawn('unshare', [...way, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...program], {
    stdio: 'inherit',
    env: { ...process.env, [inside]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      // libwebrtc runs in the process: without a word its crash would look like an empty report.
      if (signal) process.stderr.write(`The suite was ended by ${signal}.\n`)
      resolve(signal ? 1 : (code ?? 1))
    })
  })
}
