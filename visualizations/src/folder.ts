import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Files = Readonly<Record<string, string>>

/** A file that is not as it should be. */
export interface Stale {
  readonly name: string
  readonly why: 'missing' | 'changed' | 'left over'
}

/** What differs between a folder and the files that should be in it: the names, and what is wrong with each. */
export const staleIn = (folder: string, files: Files): Stale[] => {
  const present = existsSync(folder) ? readdirSync(folder) : []
  return [
    ...Object.entries(files).flatMap(([name, text]): Stale[] => {
      if (!present.includes(name)) return [{ name, why: 'missing' }]
      return readFileSync(join(folder, name), 'utf8') === text ? [] : [{ name, why: 'changed' }]
    }),
    ...present.filter((name) => !(name in files)).map((name) => ({ name, why: 'left over' as const })),
  ]
}

/** Makes a folder hold these files and nothing else. */
export const fill = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true })
  for (const { name, why } of staleIn(folder, files))
    if (why === 'left over') rmSync(join(folder, name))
    else writeFileSync(join(folder, name), files[name] ?? '')
}
