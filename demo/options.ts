import { parseArgs } from 'node:util'

export const HELP = `The main job on real WebRTC: a publisher and a viewer in one room.

  npm run demo                                    with the embedded gateway
  npm run demo -- --gateway URL --token TOKEN     with any Atm0s media server 0.1
  npm run demo -- --gateway URL --secret SECRET   the same, tokens made here

  --room NAME   the room; with --token the token's own (default: demo)
  --json        data instead of a timeline
  --verbose     every transition of every chart
  --help        this text
`

export interface DemoOptions {
  readonly gateway: string | undefined
  readonly token: string | undefined
  readonly secret: string | undefined
  readonly room: string
  readonly json: boolean
  readonly verbose: boolean
  readonly help: boolean
}

/** Arguments of the demo. Throws with a sentence that says what is wrong. */
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
      help: { type: 'boolean', default: false },
    },
  })
  const { gateway, token, secret, room, json, verbose, help } = values
  if (gateway && !token && !secret) throw new Error('--gateway needs --token or --secret')
  if (!gateway && token) throw new Error('--token needs --gateway')
  return { gateway, token, secret, room, json, verbose, help }
}
