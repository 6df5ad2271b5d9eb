import { parseArgs } from 'node:util'
import { startGateway } from './index.js'

const help = `Starts the embedded media gateway.

  npm run gateway -- [--port 3001] [--host 127.0.0.1] [--secret insecure] [--connect-delay 0]
                     [--relay] [--control] [--dev-extensions] [--json]

  --port           HTTP port; 0 takes any free one. Default 3001
  --host           address of HTTP and media; 0.0.0.0 for every interface. Default 127.0.0.1
  --secret         key that tokens are signed with. Default insecure
  --connect-delay  extra milliseconds of every connect, as a slow server would take
  --relay          a UDP relay in front of each session, for faults of the media path
  --control        answer /control, for clients on this machine: what is disturbed, and POST to
                   /control/udp, /control/http and /control/clear to change it
  --restarts       ICE restarts over HTTP, which the real server does not know
  --dev-extensions requests dev.echo and dev.say, and every frame that is no request comes back
  --json           print one line of JSON instead of the welcome, then only log lines
  --help           print this
`

const readArguments = () =>
  parseArgs({
    options: {
      port: { type: 'string', default: '3001' },
      host: { type: 'string', default: '127.0.0.1' },
      secret: { type: 'string', default: 'insecure' },
      'connect-delay': { type: 'string', default: '0' },
      relay: { type: 'boolean', default: false },
      control: { type: 'boolean', default: false },
      'dev-extensions': { type: 'boolean', default: false },
      restarts: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values

const controlHint = (url: string): string => `
  To disturb it: curl ${url}/control
    curl -d '{"fault":"drop","peer":"alice"}' ${url}/control/udp      (with --relay)
    curl -d '{"route":"connect","kind":"fail","status":503}' ${url}/control/http
    curl -X POST ${url}/control/clear
`

const welcome = (url: string, secret: string, token: string, hint: string): string => `
Media gateway on ${url}, ready for clients of room "demo".

  A token for any peer of that room:
    ${token}
  Another token:
    curl -H 'content-type: application/json' -d '{"room":"demo","peer":"alice"}' \\
      '${url}/app/webrtc_session?app_secret=${encodeURIComponent(secret)}'
  To join: POST your offer to ${url}/webrtc/connect, as
    {room, peer, token, sdp, senders: [], receivers: {audio: 1, video: 1}},
  with one data channel in it, and apply the "sdp" of the reply as the answer.
  Is it up: curl ${url}/health
${hint}
Ctrl+C ends it.
`

const numberOf = (text: string, name: string, max: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > max) throw new TypeError(`--${name} has to be a number from 0 to ${max}`)
  return value
}

const run = async (): Promise<void> => {
  const { help: wantsHelp, json, host, secret, ...rest } = readArguments()
  if (wantsHelp) {
    process.stdout.write(help)
    return
  }
  const gateway = await startGateway({
    host,
    secret,
    port: numberOf(rest.port, 'port', 65_535),
    connectDelayMs: numberOf(rest['connect-delay'], 'connect-delay', 60_000),
    relay: rest.relay,
    control: rest.control,
    devExtensions: rest['dev-extensions'],
    restarts: rest.restarts,
    log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
  })
  const token = gateway.token({ room: 'demo' })
  const { url, port } = gateway
  process.stdout.write(
    json
      ? `${JSON.stringify({ url, port, token })}\n`
      : welcome(url, secret, token, rest.control ? controlHint(url) : ''),
  )

  let isEnding = false
  const end = (): void => {
    // a terminal signals the whole group, so npm's and the runner's copies of one signal arrive here too
    if (isEnding) return
    isEnding = true
    gateway.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
  process.exitCode = 1
})
