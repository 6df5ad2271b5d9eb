// `npm run demo`: exit code 0 only if media and answers really arrived.
import { createHmac } from 'node:crypto'
import { startGateway } from '../gateway/src/index.js'
import { ended } from '../tools/command.js'
import { demoOptions, HELP, type DemoOptions } from './options.js'
import { play, type Outcome, type Stage } from './scene.js'
import { Timeline } from './timeline.js'

const signed = (secret: string, claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

const stage = async (options: DemoOptions): Promise<Stage & { close(): Promise<void> }> => {
  const { gateway, token, secret, room } = options
  if (gateway) {
    const claims = { room, peer: null, protocol: 'Webrtc', publish: true, subscribe: true, ts: Date.now() }
    const shared = token ?? signed(secret ?? '', claims)
    return { url: gateway.replace(/\/$/, ''), room, token: () => shared, close: async () => {} }
  }
  const embedded = await startGateway()
  return {
    url: embedded.url,
    room,
    token: (peer) => embedded.token({ room, peer }),
    close: () => embedded.close(),
  }
}

/** What must have happened for the demo to be a success, each with its figures. */
const checks = ({ decoded, bytes, answers, finalStates }: Outcome): [what: string, figure: string, ok: boolean][] => [
  ['viewer decoded video', `${decoded.video} frames`, decoded.video >= 10],
  ['viewer heard audio', `${decoded.audio} audible ticks of 10 ms`, decoded.audio >= 10],
  ['third track, added while connected', `${decoded.third} frames`, decoded.third >= 10],
  ['replaced track, without renegotiation', `${decoded.replaced} frames`, decoded.replaced >= 10],
  ['media bytes', `${bytes.sent} sent, ${bytes.received} received`, bytes.sent > 0 && bytes.received > 0],
  [
    'requests answered',
    `publisher ${answers.publisher}, viewer ${answers.viewer}`,
    answers.publisher > 0 && answers.viewer > 0,
  ],
  ['closed', finalStates.join(', '), finalStates.length === 2],
]

/** Serves the page of the inspector until somebody presses Ctrl+C. */
const pageUntilInterrupted = async (options: DemoOptions): Promise<boolean> => {
  // What only the page needs is loaded only for it.
  const { servePage } = await import('./page/server.js')
  const page = await servePage(options)
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ url: page.url, gateway: page.place.url })}\n`
      : `\nThe inspector is on ${page.url} (gateway ${page.place.url}). Open it twice to meet. Ctrl+C ends it.\n`,
  )
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await page.close()
  return true
}

const main = async (): Promise<boolean> => {
  const options = demoOptions(process.argv.slice(2))
  if (options.help) {
    process.stdout.write(HELP)
    return true
  }
  if (options.page) return pageUntilInterrupted(options)
  const timeline = new Timeline({ print: !options.json, verbose: options.verbose })
  const place = await stage(options)
  try {
    const outcome = await play(place, timeline)
    const results = checks(outcome)
    const passed = results.every(([, , ok]) => ok)
    if (options.json) {
      process.stdout.write(
        `${JSON.stringify({ passed, outcome, checks: results.map(([what, figure, ok]) => ({ what, figure, ok })), timeline: timeline.entries }, null, 2)}\n`,
      )
      return passed
    }
    process.stdout.write('\n')
    for (const [what, figure, ok] of results)
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${what.padEnd(40)} ${figure}\n`)
    process.stdout.write(
      `${'connect to open channel'.padStart(31).padEnd(48)} publisher ${outcome.connectMs.publisher} ms, viewer ${outcome.connectMs.viewer} ms\n`,
    )
    process.stdout.write(
      `\nThe demo ${passed ? 'succeeded' : 'FAILED'}: ${timeline.entries.filter(({ kind }) => kind === 'transition').length} transitions, ${outcome.warnings} warnings.\n`,
    )
    return passed
  } catch (error) {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`)
    return false
  } finally {
    await place.close()
  }
}

// A process that had native video sources or sinks does not end by itself.
process.exit(await ended(HELP, main))
