// `npm run size`: what an application ships for connect, tracks and RPC. Minified, gzip -9, dependencies included.
import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'

const BAR_KB = 34

const { outputFiles, metafile } = await build({
  entryPoints: ['src/index.ts'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  write: false,
  metafile: true,
  // One file: whatever would be loaded lazily counts too.
  splitting: false,
  outdir: 'out',
  legalComments: 'none',
})
const code = Buffer.concat(outputFiles.map(({ contents }) => contents))
const gzip = gzipSync(code, { level: 9 }).length
const shares = new Map<string, number>()
for (const output of Object.values(metafile.outputs))
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/')
    shares.set(owner, (shares.get(owner) ?? 0) + bytesInOutput)
  }
const kB = (bytes: number) => Number((bytes / 1_000).toFixed(1))
const passed = kB(gzip) <= BAR_KB
const parts = [...shares].sort((a, b) => b[1] - a[1]).map(([part, bytes]) => ({ part, minifiedKB: kB(bytes) }))
if (process.argv.includes('--json'))
  process.stdout.write(
    `${JSON.stringify({ gzipKB: kB(gzip), minifiedKB: kB(code.length), barKB: BAR_KB, passed, parts })}\n`,
  )
else {
  console.table(parts)
  console.log(
    `public entry: ${kB(code.length)} kB minified, ${kB(gzip)} kB gzip, bar ${BAR_KB} kB: ${passed ? 'passed' : 'FAILED'}`,
  )
}
process.exit(passed ? 0 : 1)
