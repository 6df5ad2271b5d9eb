import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright'
import { startGateway, type Gateway } from '../gateway/src/index.js'
import { chromium as installed } from '../tools/browsers.mjs'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  // Without it candidates are mDNS names, and loopback is none.
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/** The page and the library under it, as applications have them: one script. */
const scriptOf = async (module: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

/** Opens a module of this folder as a page of Chromium, on localhost, beside a gateway in this process. */
export const inPage = async <Result>(
  module: string,
  use: (page: Page, gateway: Gateway) => Promise<Result>,
): Promise<Result> => {
  const gateway = await startGateway({ relay: true, control: true, devExtensions: true })
  const code = await scriptOf(module)
  // WebRTC asks for a secure context, which localhost is.
  const pages = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? code : '<!doctype html><meta charset="utf-8"><body><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: await installed(), args: FLAGS })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`)
    return await use(page, gateway)
  } finally {
    await browser.close()
    pages.close()
    await gateway.close()
  }
}
