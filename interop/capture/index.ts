import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serverVersion } from '../cache.js'
import { Failure } from '../failure.js'
import type { Run } from '../scenario.js'
import { startTarget } from '../targets.js'
import { placeholders, withLines } from './placeholders.js'
import { captureRefusals } from './refusals.js'
import { sessionCaptures } from './sessions.js'

const directory = fileURLToPath(new URL('../../test/golden/', import.meta.url))

const write = (name: string, captured: unknown) => {
  const content = withLines(placeholders().json(captured))
  writeFileSync(
    `${directory}${name}.json`,
    `${JSON.stringify({ server: serverVersion, ...(content as object) }, null, 2)}\n`,
  )
}

/** Takes every golden file from the real server again. What a run cannot know in advance is replaced by placeholders. */
export const capture = async () => {
  const target = await startTarget('real')
  mkdirSync(directory, { recursive: true })
  for (const file of readdirSync(directory))
    if (file.endsWith('.json') && file !== 'observations.json') rmSync(`${directory}${file}`)
  try {
    for (const [name, take] of Object.entries(sessionCaptures)) {
      const cleanups: (() => unknown)[] = []
      const run: Run = { room: `golden-${name}`, defer: (cleanup) => void cleanups.push(cleanup), note: () => {} }
      const captured = await take(target, run)
      for (const cleanup of cleanups) await cleanup()
      write(name, captured)
      process.stderr.write(`${name}\n`)
    }
    write('refusals', { refusals: await captureRefusals(target, 'golden-refusals') })
    process.stderr.write('refusals\n')
  } catch (error) {
    throw new Failure(`The capture is not complete: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await target.close()
  }
  return 0
}
