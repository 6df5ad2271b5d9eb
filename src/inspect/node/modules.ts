import { readFile } from 'node:fs/promises'

/** The folder of the modules of the package, where this one is in `inspect/node`. */
const ROOT = new URL('../../', import.meta.url)
/** In a checkout they are TypeScript yet. */
const IS_SOURCE = import.meta.url.endsWith('.ts')
/** Scripts of the package by their path below that folder; nothing else can be named. */
const MODULE = /^[\w-]+(?:\/[\w-]+)*\.js$/

const read = async (path: string): Promise<string> => {
  if (!IS_SOURCE) return readFile(new URL(path, ROOT), 'utf8')
  // By a name that no bundler follows: only a checkout has it.
  const name: string = 'esbuild'
  const { transform } = (await import(name)) as typeof import('esbuild')
  const source = await readFile(new URL(path.replace(/\.js$/, '.ts'), ROOT), 'utf8')
  return (await transform(source, { loader: 'ts', target: 'es2022' })).code
}

/** A module as a browser loads it: the package has them without a bundler; `undefined` where there is none. */
export const moduleAt = async (path: string): Promise<string | undefined> => {
  if (!MODULE.test(path)) return undefined
  try {
    return await read(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
