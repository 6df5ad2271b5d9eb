// `npm test`: the whole suite, in Node and in browsers. Ends with the plain line "N passed, N failed".
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, firefox } from './browsers.mjs'
import { install, root } from './install.mjs'

await install()
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const folder = mkdtempSync(join(tmpdir(), 'rse-test-'))
const env = { ...process.env, RSE_CHROMIUM: await chromium(), RSE_FIREFOX: firefox() }
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running.forEach((child) => child.kill(signal)))

/** How many tests passed and failed, by the report of a run that ended with this code. */
const counted = (report, code) => {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    // A suite that does not even load has no failed test in it, and is a failure all the same; so is one left pending.
    const unloaded = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    )
    const failed = numFailedTests + numPendingTests + unloaded.length
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

/** One run of Vitest; what it says is shown at once, or kept for later where another is shown. */
const run = async (name, args, { kept = false, priority } = {}) => {
  const report = join(folder, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', ...(kept ? ['pipe', 'pipe'] : ['inherit', 'inherit'])],
    env: { ...env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  })
  running.add(child)
  if (priority !== undefined) setPriority(child.pid, priority)
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(data))
  const code = await new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)))
  running.delete(child)
  return { ...counted(report, code), said: Buffer.concat(said) }
}

/** What mostly waits, for real WebRTC and browsers, beside what mostly computes and lets the former go first. */
const whole = () =>
  Promise.all([
    run('computes', ['--project=node'], { priority: constants.priority.PRIORITY_LOW }),
    run('waits', ['--project=real time', '--project=browser'], { kept: true }),
  ])

const some = process.argv.slice(2)
const runs = some.length > 0 ? [await run('some', some)] : await whole()
for (const { said } of runs) process.stdout.write(said)
rmSync(folder, { recursive: true, force: true })
const [passed, failed] = ['passed', 'failed'].map((what) => runs.reduce((sum, one) => sum + one[what], 0))
if (!firefox()) process.stdout.write('\nNot run: test/firefox, since no Firefox is installed\n')
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
