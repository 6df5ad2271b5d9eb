// `npm run size`: what an application ships for connect, tracks and RPC. Bundled by esbuild, minified by terser, gzip -9,
// dependencies included. (esbuild's own minifier, printed beside it, leaves about 3 % more.)
import { build, type BuildOptions } from 'esbuild'
import { gzipSync } from 'node:zlib'
import { minify } from 'terser'

const BAR_KB = 36

const options = {
  entryPoints: ['src/index.ts'],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  write: false as const,
  metafile: true as const,
  // One file: whatever would be loaded lazily counts too.
  splitting: false,
  outdir: 'out',
  legalComments: 'none',
} satisfies BuildOptions
const bundled = async (minified: boolean) => {
  const { outputFiles, metafile } = await build({ ...options, minify: minified, minifySyntax: true })
  return { code: outputFiles.map(({ text }) => text).join(''), metafile }
}
const zipped = (code: string) => gzipSync(code, { level: 9 }).length

const { metafile, code: bySelf } = await bundled(true)
const { code = '' } = await minify((await bundled(false)).code, {
  module: true,
  toplevel: true,
  ecma: 2020,
  compress: { passes: 3 },
})
const gzip = zipped(code)
const shares = new Map<string, number>()
for (const output of Object.values(metafile.outputs))
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/')
    shares.set(owner, (shares.get(owner) ?? 0) + bytesInOutput)
  }
const kB = (bytes: number) => Number((bytes / 1_000).toFixed(2))
const passed = gzip <= BAR_KB * 1_000
const parts = [...shares].sort((a, b) => b[1] - a[1]).map(([part, bytes]) => ({ part, minifiedKB: kB(bytes) }))
if (process.argv.includes('--json'))
  process.stdout.write(
    `${JSON.stringify({ gzipKB: kB(gzip), gzipByEsbuildKB: kB(zipped(bySelf)), minifiedKB: kB(code.length), barKB: BAR_KB, passed, parts })}\n`,
  )
else {
  console.table(parts)
  console.log(
    `public entry: ${kB(code.length)} kB minified, ${kB(gzip)} kB gzip (${kB(zipped(bySelf))} by esbuild's minifier), bar ${BAR_KB} kB: ${passed ? 'passed' : 'FAILED'}`,
  )
}
process.exit(passed ? 0 : 1)
