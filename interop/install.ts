import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import { serverBinary, serverDirectory, serverPackage, serverVersion } from './cache.js'
import { Failure } from './failure.js'
import { buildProgress } from './progress.js'
import { requireDebianPackages, requireRust } from './requirements.js'

const features = 'webrtc,sip,token_generate,gateway,embed-samples'

/** The published lock file names versions that today's compiler refuses; these two are the least change that builds. */
const movedUp = { time: '0.3.36', metrics: '0.22.4' }

const say = (line: string) => void process.stderr.write(`${line}\n`)

export const isInstalled = () => existsSync(serverBinary())

export const notInstalled = () =>
  new Failure(
    `The media server is not installed (${serverBinary()}).\n` +
      'Build it once with: npm run interop -- install    (3 to 8 minutes on 2 cores)',
  )

const cargo = (directory: string, ...parameters: string[]) => {
  const done = spawnSync('cargo', parameters, { cwd: directory, encoding: 'utf8' })
  if (done.status !== 0) throw new Failure(`cargo ${parameters.join(' ')} failed:\n${done.stderr.trim()}`)
}

/** A package that depends on exactly this version makes cargo fetch its source, lock file included, into cargo's own cache. */
const fetchSource = (directory: string) => {
  const throwaway = join(directory, 'fetch')
  mkdirSync(join(throwaway, 'src'), { recursive: true })
  const manifest = [
    '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n',
    `[dependencies]\n${serverPackage} = { version = "=${serverVersion}", default-features = false }\n`,
    '[workspace]\n',
  ]
  writeFileSync(join(throwaway, 'Cargo.toml'), manifest.join('\n'))
  writeFileSync(join(throwaway, 'src', 'main.rs'), 'fn main() {}\n')
  cargo(throwaway, 'fetch')
  rmSync(throwaway, { recursive: true })

  const registries = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'registry', 'src')
  const found = (existsSync(registries) ? readdirSync(registries) : [])
    .map((registry) => join(registries, registry, `${serverPackage}-${serverVersion}`))
    .find((source) => existsSync(join(source, 'Cargo.lock')))
  if (!found)
    throw new Failure(`cargo fetch left no ${serverPackage}-${serverVersion} with a lock file under ${registries}`)
  return found
}

const prepareSource = (directory: string) => {
  const source = join(directory, 'source')
  if (existsSync(source)) return source
  // Prepared under another name first: an interrupted run must not leave half a source that the next one would build.
  const partial = `${source}.partial`
  rmSync(partial, { recursive: true, force: true })
  cpSync(fetchSource(directory), partial, { recursive: true })
  for (const [name, version] of Object.entries(movedUp)) cargo(partial, 'update', '-p', name, '--precise', version)
  renameSync(partial, source)
  return source
}

const build = (source: string, log: string) =>
  new Promise<void>((resolve, reject) => {
    const parameters = ['build', '--release', '--locked', '--no-default-features', '--features', features]
    const progress = buildProgress()
    const child = spawn('cargo', parameters, {
      cwd: source,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        CARGO_BUILD_JOBS: String(Math.min(cpus().length, 4)),
        ...process.env,
        OPENSSL_NO_VENDOR: '1',
        CARGO_TARGET_DIR: join(source, 'target'),
        // cargo counts crates only in its progress bar, which it draws on a terminal unless told to.
        CARGO_TERM_PROGRESS_WHEN: 'always',
        CARGO_TERM_PROGRESS_WIDTH: '80',
        CARGO_TERM_COLOR: 'never',
      },
    })
    child.stderr.on('data', (chunk: Buffer) => progress.read(String(chunk)))
    child.stderr.pipe(createWriteStream(log))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      progress.end()
      if (code === 0) return resolve()
      const tail = readFileSync(log, 'utf8')
        .split(/[\r\n]+/)
        .filter((line) => line && !/Building \[/.test(line))
        .slice(-30)
      reject(new Failure(`${tail.join('\n')}\ncargo build ended with ${signal ?? code}. The whole log: ${log}`))
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
  })

/** Builds the published media server into the cache. Instant when it is there. */
export const install = async () => {
  if (isInstalled()) return say(`${serverPackage} ${serverVersion} is installed: ${serverBinary()}`)
  const directory = serverDirectory()
  requireRust()
  requireDebianPackages(say)
  mkdirSync(join(directory, 'bin'), { recursive: true })
  say(`Fetching ${serverPackage} ${serverVersion} with cargo ...`)
  const source = prepareSource(directory)
  say('Building it (3 to 8 minutes on 2 cores, once) ...')
  await build(source, join(directory, 'build.log'))
  const binary = join(directory, 'bin', serverPackage)
  const partial = `${binary}.partial`
  cpSync(join(source, 'target', 'release', serverPackage), partial)
  chmodSync(partial, 0o755)
  renameSync(partial, binary)
  // Build products are gigabytes; the lock file that was built is worth keeping.
  cpSync(join(source, 'Cargo.lock'), join(directory, 'Cargo.lock'))
  rmSync(source, { recursive: true })
  say(`Installed: ${binary}`)
}
