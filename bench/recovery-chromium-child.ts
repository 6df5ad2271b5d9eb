// One child process of the recovery bench: cuts in a page of Chromium, with a gateway of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright'
import { startGateway } from '../gateway/src/index.js'
import { chromium as installed } from '../tools/browsers.mjs'
import { asChild } from './child.js'
import type { PageOrder } from './recovery-page.js'

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
const script = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('recovery-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

asChild<PageOrder['order'], unknown[]>(async (order) => {
  const gateway = await startGateway({ relay: true, control: true, devExtensions: true })
  const code = await script()
  // WebRTC asks for a secure context, which localhost is.
  const pages = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? code : '<!doctype html><body><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: await installed(), args: FLAGS })
  try {
    const page = await browser.newPage()
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`)
    const { url, secret } = gateway
    return await page.evaluate((given: PageOrder) => window.measureCuts?.(given) ?? [], { order, url, secret })
  } finally {
    await browser.close()
    pages.close()
    await gateway.close()
  }
})
