import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { PALETTE } from '../../src/inspect/style.js'

const ROOT = fileURLToPath(new URL('.', import.meta.url))

/** The colours of the inspector are those of the page around it, from the first paint on. */
const palette: Plugin = {
  name: 'palette',
  transformIndexHtml: () => [{ tag: 'style', children: PALETTE, injectTo: 'head-prepend' }],
}

/** The page as files by their names, built for the browsers of today. */
export const builtPage = async (): Promise<ReadonlyMap<string, string | Uint8Array>> => {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    plugins: [palette],
    build: { write: false, target: 'es2022', modulePreload: false },
  })
  if (!('output' in result)) throw new Error('vite was asked for one build, and made none or several')
  return new Map(result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]))
}
