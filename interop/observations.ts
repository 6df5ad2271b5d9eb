import { readFile, writeFile } from 'node:fs/promises'
import type { Json } from './scenario.js'
import type { Row } from './suite.js'

const file = new URL('../test/golden/observations.json', import.meta.url)

/** Keeps what the first target saw, a line for each scenario; what is kept of others stays. */
export const saveObservations = async (rows: readonly Row[]) => {
  const kept = await readObservations().catch(() => ({}))
  const seen = rows.map(({ scenario, outcomes }) => [scenario, Object.values(outcomes)[0]?.[0]?.observation ?? null])
  const all = Object.entries({ ...kept, ...Object.fromEntries(seen) }).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = all.map(([scenario, observation]) => `${JSON.stringify(scenario)}: ${JSON.stringify(observation)}`)
  await writeFile(file, `{\n${lines.join(',\n')}\n}\n`)
}

/** What the real server was seen to do, by scenario. */
export const readObservations = async (): Promise<Record<string, Json>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, Json>
