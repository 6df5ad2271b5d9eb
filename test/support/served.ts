import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { build } from 'esbuild'

/** Serves a page on localhost whose script is this program, bundled with its chunks. */
export const served = async (program: string): Promise<{ url: string; close(): void }> => {
  const { outputFiles } = await build({
    entryPoints: { page: program },
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    outdir: 'out',
    target: 'es2022',
  })
  const scripts = new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]))
  const server = createServer(({ url = '' }, response) => {
    const script = scripts.get(url)
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    response.end(script ?? '<!doctype html><body><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  }
}
