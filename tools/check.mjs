// `npm run check`: types, lint with the import and clock rules, format, dead code, package shape, bundle size.
import { spawnSync } from 'node:child_process'
import { install, root } from './install.mjs'

await install()
const STEPS = [
  ['types', 'npx', ['tsc', '-p', 'tsconfig.json']],
  ['types of the package alone', 'npx', ['tsc', '-p', 'tsconfig.build.json', '--noEmit']],
  ['types of its part for Node', 'npx', ['tsc', '-p', 'tsconfig.node.json', '--noEmit']],
  ['lint', 'npx', ['oxlint', '--deny-warnings']],
  ['format', 'npx', ['oxfmt', '--check', '.']],
  ['dead code', 'npx', ['knip']],
  ['diagrams', 'npm', ['run', '--silent', 'diagrams', '--', '--check']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['package shape', 'npx', ['publint', '--strict']],
  ['bundle size', 'npm', ['run', '--silent', 'size']],
]

const results = STEPS.map(([name, command, args]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  const passed = status === 0
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${name}\n`)
  if (!passed) process.stdout.write(`${stdout}${stderr}\n`)
  return { name, passed }
})
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(results)}\n`)
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
