// `npm run size`: what an application ships for connect, tracks and RPC: the entry and what it imports statically, and
// beside it the chunks that are loaded on use. Bundled by esbuild, minified by terser, gzip -9, dependencies included.
// (esbuild's own minifier, printed beside it, leaves about 3 % more.)
import { build, type BuildOptions, type Metafile } from 'esbuild'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { minify } from 'terser'

const BAR_KB = 40

const options = {
  entryPoints: ['src/index.ts'],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  write: false as const,
  metafile: true as const,
  // As a bundler of an application does it: a dynamic import begins a chunk.
  splitting: true,
  chunkNames: '[name]',
  outdir: 'out',
  legalComments: 'none',
} satisfies BuildOptions
const zipped = (code: string) => gzipSync(code, { level: 9 }).length
const kB = (bytes: number) => Number((bytes / 1_000).toFixed(2))

/** Files that are there before the first call: the entry, and whatever a file of these imports statically. */
const atOnce = ({ outputs }: Metafile): Set<string> => {
  const found = new Set<string>()
  const add = (file: string) => {
    if (found.has(file)) return
    found.add(file)
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') add(path)
  }
  for (const [file, { entryPoint }] of Object.entries(outputs)) if (entryPoint === options.entryPoints[0]) add(file)
  return found
}

/** Each file of the bundle by its size, in bytes. */
const bundled = async (minified: boolean) => {
  const { outputFiles, metafile } = await build({ ...options, minify: minified, minifySyntax: true })
  const early = atOnce(metafile)
  const files = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const code = minified ? text : await byTerser(text)
      const name = basename(path)
      const atOnce = [...early].some((file) => basename(file) === name)
      return { name, atOnce, bytes: code.length, gzip: zipped(code) }
    }),
  )
  return { files, metafile, early }
}
const byTerser = async (text: string): Promise<string> => {
  const { code = '' } = await minify(text, { module: true, toplevel: true, ecma: 2020, compress: { passes: 3 } })
  return code
}
const sum = (files: { bytes: number; gzip: number; atOnce: boolean }[], what: 'bytes' | 'gzip') =>
  files.filter(({ atOnce }) => atOnce).reduce((all, file) => all + file[what], 0)

const { metafile, files: bySelf, early } = await bundled(true)
const { files } = await bundled(false)
const gzip = sum(files, 'gzip')
const onUse = files
  .filter(({ atOnce }) => !atOnce)
  .map(({ name, bytes, gzip }) => ({ chunk: name, minifiedKB: kB(bytes), gzipKB: kB(gzip) }))
const shares = new Map<string, number>()
for (const [file, output] of Object.entries(metafile.outputs))
  if (early.has(file))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/')
      shares.set(owner, (shares.get(owner) ?? 0) + bytesInOutput)
    }
const passed = gzip <= BAR_KB * 1_000
const parts = [...shares].sort((a, b) => b[1] - a[1]).map(([part, bytes]) => ({ part, minifiedKB: kB(bytes) }))
const figures = {
  gzipKB: kB(gzip),
  gzipByEsbuildKB: kB(sum(bySelf, 'gzip')),
  minifiedKB: kB(sum(files, 'bytes')),
  barKB: BAR_KB,
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ...figures, passed, onUse, parts })}\n`)
else {
  console.table(parts)
  console.log(
    `public entry: ${figures.minifiedKB} kB minified, ${figures.gzipKB} kB gzip (${figures.gzipByEsbuildKB} by esbuild's minifier), bar ${BAR_KB} kB: ${passed ? 'passed' : 'FAILED'}`,
  )
  for (const { chunk, minifiedKB, gzipKB } of onUse)
    console.log(`loaded on use: ${chunk}, ${minifiedKB} kB minified, ${gzipKB} kB gzip`)
}
process.exit(passed ? 0 : 1)
