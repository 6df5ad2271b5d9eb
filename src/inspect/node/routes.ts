import type { IncomingMessage, ServerResponse } from 'node:http'
import { isOwn } from './guard.js'
import { moduleAt } from './modules.js'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Session of a process</title>
    <link rel="icon" href="data:," />
    <style>
      body { margin: 0; padding: 12px; font: 13px/1.45 system-ui, sans-serif; color: var(--text); background: var(--ground) }
      header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin-bottom: 12px }
      h1 { font-size: 16px; margin: 0 }
      p { margin: 0 }
    </style>
    <script type="module" src="/modules/inspect/page.js"></script>
  </head>
  <body>
    <header>
      <h1>Session of a process</h1>
      <p id="status" role="status">loading</p>
    </header>
    <main id="inspector"></main>
  </body>
</html>
`

/** Nothing from elsewhere runs in the page, nothing of it goes elsewhere, and no other page shows it inside itself. */
const POLICY = (host: string) =>
  `default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src ws://${host}; ` +
  `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

interface Answer {
  readonly status: number
  readonly type?: string
  readonly text: string
}

const answerTo = async (request: IncomingMessage): Promise<Answer> => {
  if (!isOwn(request, false)) return { status: 403, text: 'only its own page may look at this session\n' }
  if (request.method !== 'GET') return { status: 405, text: 'nothing can be changed here\n' }
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/') return { status: 200, type: 'text/html', text: PAGE }
  const code = await moduleAt(pathname.replace(/^\/modules\//, ''))
  if (code === undefined) return { status: 404, text: 'there is nothing here\n' }
  return { status: 200, type: 'text/javascript', text: code }
}

/** Answers what the page loads: itself and the modules of the package. */
export const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  // A request that could not be read, or a module that could not: the process has better to do than to fail of it.
  const { status, type, text } = await answerTo(request).catch((error: unknown): Answer => ({
    status: 500,
    text: `${String(error)}\n`,
  }))
  response.writeHead(status, {
    'content-type': `${type ?? 'text/plain'}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': POLICY(request.headers.host ?? ''),
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  response.end(text)
}
