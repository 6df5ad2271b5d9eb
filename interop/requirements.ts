import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Failure } from './failure.js'

const succeeds = (command: string, ...parameters: string[]) =>
  spawnSync(command, parameters, { stdio: 'ignore' }).status === 0

/** What the server's build looks for, by the Debian package that brings it. Probed rather than asked of dpkg, so that other systems work too. */
const requirements: readonly { debian: string; present: () => boolean }[] = [
  { debian: 'pkg-config', present: () => succeeds('pkg-config', '--version') },
  { debian: 'cmake', present: () => succeeds('cmake', '--version') },
  { debian: 'protobuf-compiler', present: () => succeeds('protoc', '--version') },
  { debian: 'libsoxr-dev', present: () => succeeds('pkg-config', '--exists', 'soxr') },
  { debian: 'libopus-dev', present: () => succeeds('pkg-config', '--exists', 'opus') },
  { debian: 'libssl-dev', present: () => succeeds('pkg-config', '--exists', 'openssl') },
]

const missing = () => requirements.filter((one) => !one.present()).map((one) => one.debian)

export const requireDebianPackages = (say: (line: string) => void) => {
  const wanted = missing()
  if (wanted.length === 0) return
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...wanted]
  const root = process.getuid?.() === 0
  if (!root || !existsSync('/usr/bin/apt-get'))
    throw new Failure(`Missing: ${wanted.join(' ')}. On Debian or Ubuntu: sudo ${command.join(' ')}`)
  say(`Missing: ${wanted.join(' ')}. Installing them with apt-get.`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const parameters of [['update'], command.slice(1)])
    spawnSync('apt-get', parameters, { stdio: ['ignore', 2, 2], env: environment })
  const still = missing()
  if (still.length > 0) throw new Failure(`apt-get did not bring: ${still.join(' ')}. Tried: ${command.join(' ')}`)
}

export const requireRust = () => {
  if (!succeeds('cargo', '--version'))
    throw new Failure(
      'The media server is built from source with cargo, which is not on the PATH. Install Rust 1.95 or newer first.',
    )
}
