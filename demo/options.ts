import { parseArgs } from 'node:util'

export const HELP = `The main job on real WebRTC, a publisher and a viewer in one room, as a timeline; or a page with a session of yours.

  npm run demo                                    with the embedded gateway
  npm run demo -- --gateway URL --token TOKEN     with any Atm0s media server 0.1
  npm run demo -- --gateway URL --secret SECRET   the same, tokens made here

  --room NAME   the room; with --token the token's own (default: demo)
  --json        data instead of a timeline
  --verbose     every transition of every chart
  --help        this text

  npm run inspect                                 a page with a session of yours and its charts, live
  npm run demo -- --page                          the same

  --port N      port of the page (default: any free one)
  --no-open     the page is not opened in a browser
  --json        the addresses of page and gateway as data
  --help        this text

The page has the embedded gateway, and takes its room from the address (?room=NAME).
`

export interface DemoOptions {
  readonly gateway: string | undefined
  readonly token: string | undefined
  readonly secret: string | undefined
  readonly room: string
  readonly json: boolean
  readonly verbose: boolean
  readonly page: boolean
  /** Of the page; 0 takes any free one. */
  readonly port: number
  readonly open: boolean
  readonly help: boolean
}

/** Arguments of the demo. A `RangeError` says what is wrong. */
export const demoOptions = (args: string[]): DemoOptions => {
  const { values } = parseArgs({
    args,
    options: {
      gateway: { type: 'string' },
      token: { type: 'string' },
      secret: { type: 'string' },
      room: { type: 'string', default: 'demo' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'no-open': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { gateway, token, secret, room, json, verbose, page, help } = values
  const port = Number(values.port)
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new RangeError('--port is a number from 0 to 65535')
  if (gateway && !token && !secret) throw new RangeError('--gateway needs --token or --secret')
  if (!gateway && token) throw new RangeError('--token needs --gateway')
  return { gateway, token, secret, room, json, verbose, page, port, open: !values['no-open'], help }
}
