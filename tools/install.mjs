// `npm run demo` and `npm test` each work alone on a fresh clone: what is missing is installed from the lock file, with a word about it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export const install = async () => {
  if (existsSync(new URL('../node_modules/.package-lock.json', import.meta.url))) return
  process.stderr.write('Installing dependencies with npm ci (once, about 20 seconds) ...\n')
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
