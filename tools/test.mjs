// `npm test`: the whole suite, in Node and in Chromium. Ends with the plain line "N passed, N failed".
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, firefox } from './browsers.mjs'
import { install, root } from './install.mjs'

await install()
const folder = mkdtempSync(join(tmpdir(), 'rse-test-'))
const report = join(folder, 'report.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, RSE_CHROMIUM: await chromium(), RSE_FIREFOX: firefox() },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)))
let passed = 0
let failed = 0
try {
  const result = JSON.parse(readFileSync(report, 'utf8'))
  passed = result.numPassedTests
  // A suite that does not even load has no failed test in it, and is a failure all the same; so is one left pending.
  failed = result.numFailedTests + result.numPendingTests
  for (const { status, assertionResults } of result.testResults)
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) failed += 1
} catch {
  failed = 1
}
rmSync(folder, { recursive: true, force: true })
if (code !== 0 && failed === 0) failed = 1
if (!firefox()) process.stdout.write('\nNot run: test/firefox, since no Firefox is installed\n')
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
