// Runs a TypeScript program of this repository: `node tools/run.mjs <file.ts> [arguments]`. On a fresh clone it installs the dependencies first.
import { spawn } from 'node:child_process'
import { install, root } from './install.mjs'

await install()
const [program, ...rest] = process.argv.slice(2)
const child = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', program, ...rest], {
  cwd: root,
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
