// `npm run demo` and `npm test` each work alone on a fresh clone: what is missing is installed from the lock file, with a word about it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Packages of a lock file, and their versions. */
const locked = (file) => {
  try {
    return JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).packages
  } catch {
    return {}
  }
}

/** Whether there is what the lock file names, as after a clone or a pull it may not be. */
const isInstalled = () => {
  const installed = locked('node_modules/.package-lock.json')
  return Object.entries(locked('package-lock.json')).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional || link || installed[path]?.version === version,
  )
}

export const install = async () => {
  if (isInstalled()) return
  process.stderr.write('Installing dependencies with npm ci (once, about 20 seconds) ...\n')
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
