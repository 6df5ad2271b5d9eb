import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  RPC,
  StreamKinds,
  type IConnectConfig,
  type IConnectResponse,
  type MediaGatewayConnector,
  type RealtimeSocket,
} from '../../src/index.js'
import { onNode } from '../node/place.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { holds, outcome } from '../support/stage.js'

/** What the lines of a description must not show anywhere. */
const SECRET_LINES = /^a=(?:ice-ufrag|ice-pwd|fingerprint|candidate|ssrc):?\s*(.*)$/gm

const secretsOf = (sdp: string): string[] =>
  [...sdp.matchAll(SECRET_LINES)]
    .flatMap(([, value = '']) => [value, ...value.split(' ')])
    .filter((word) => word.length >= 4)

/** Notes what goes over this connector: tokens, descriptions, connection ids. */
const tapped = (connector: MediaGatewayConnector, secrets: Set<string>): MediaGatewayConnector => {
  const connect = connector.connect.bind(connector)
  connector.connect = async (url: string, config: IConnectConfig, options): Promise<IConnectResponse> => {
    for (const secret of [config.token, ...secretsOf(config.sdp)]) secrets.add(secret)
    const answer = await connect(url, config, options)
    for (const secret of [answer.data.conn_id, ...secretsOf(answer.data.sdp)]) secrets.add(secret)
    return answer
  }
  return connector
}

/** What of these a socket shows in its recording, and how many there were. */
const shown = async (socket: RealtimeSocket, secrets: Iterable<string>) => {
  const recording = await socket.exportRecording()
  // Words of the grammar, and counts, that are in every description.
  const words = [...secrets].filter(
    (secret) => !/^(sha-256|host|generation|network-cost|raddr|rport|typ|\d{1,6})$/.test(secret),
  )
  return { words: words.length, shown: words.filter((secret) => recording.includes(secret)) }
}

describe('on libwebrtc', () => {
  const here = onNode()

  test('tokens, descriptions, candidates, connection ids, credentials and payloads are in no recording', async () => {
    const { stage } = here
    const secrets = new Set([
      'turn-username',
      'turn-credential',
      'payload-one',
      'payload-two',
      'payload-three',
      'rpc-payload',
    ])
    const connector = tapped(stage.connector(), secrets)
    const iceServers = [{ urls: 'turn:127.0.0.1:9', username: 'turn-username', credential: 'turn-credential' }]
    const socket = stage.socket({ iceServers: async () => iceServers })
    socket.on('message', () => {})
    socket.send('payload-one')
    // Refused: the error must not repeat it.
    secrets.add('no.such.token')
    await outcome(socket.connect(connector, stage.config('alice', { token: 'no.such.token' })))
    await socket.connect(connector, stage.config('alice', { receivers: { video: 1 } }))
    socket.send('payload-two')
    socket.send(new TextEncoder().encode('payload-three'))
    await new RPC(socket).request('room.unsubscribe', { peer: 'rpc-payload' })
    const added = socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO })
    await holds(() => added.state.startsWith('live'), 'a round over the channel')
    const { offer } = await socket.generateOffer()
    socket.updateSdp(offer, 'v=0\r\na=ice-pwd:pasted-by-the-application')
    for (const { localDescription, remoteDescription } of stage.ledger.made)
      for (const description of [localDescription, remoteDescription, offer])
        for (const secret of secretsOf(description?.sdp ?? '')) secrets.add(secret)
    secrets.add('pasted-by-the-application')
    const open = await shown(socket, secrets)
    await socket[Symbol.asyncDispose]()
    const closed = await shown(socket, secrets)
    expect([open.shown, closed.shown, open.words > 40]).toEqual([[], [], true])
  })

  test('nor those that a failure could bring along', async () => {
    const { stage } = here
    const socket = stage.socket({}, `${stage.place.url}/?key=secret-query`)
    const throwing = () => {
      throw Object.assign(new Error('secret-message'), { config: { headers: 'secret-header' } })
    }
    await outcome(socket.connect(stage.connector(), stage.config('alice', { token: throwing })))
    await outcome(socket.connect(stage.connector(), stage.config('alice', { iceServers: throwing })))
    const connector = stage.connector()
    connector.connect = async () => {
      throw Object.assign(new Error('secret-message'), { response: { data: 'secret-body' } })
    }
    await outcome(socket.connect(connector, stage.config('alice')))
    connector.connect = async () => ({ status: false, data: {} as never, error: 'the secret-text of a server' })
    await outcome(socket.connect(connector, stage.config('alice')))
    const secrets = ['secret-query', 'secret-message', 'secret-header', 'secret-body', 'secret-text']
    expect(await shown(socket, secrets)).toEqual({ words: 5, shown: [] })
  })
})

describe('what is no plain data stays out', () => {
  let stage: Stage

  beforeEach(() => {
    stage = new Stage()
  })

  afterEach(async () => {
    expect(await stage.dispose()).toEqual(NOTHING)
  })

  class Foreign {
    readonly inside = 'secret-field'
  }

  test.each<[string, unknown]>([
    ['an instance of a class', new Foreign()],
    ['an error', Object.assign(new Error('secret-message'), { cause: 'secret-cause', more: 'secret-field' })],
    ['a function', Object.assign(() => 'secret-body', { inside: 'secret-field' })],
    ['a map in an array', [new Map([['secret-key', 'secret-value']]), new Foreign()]],
    ['bytes', new TextEncoder().encode('secret-bytes')],
    ['an instance far inside', { a: [{ b: new Foreign() }] }],
  ])('%s as the label of a sender', async (_, label) => {
    const socket = await stage.connected({ senders: [{ name: 'mic', kind: 'audio', label: label as never }] })
    const recording = await socket.exportRecording()
    expect([/secret|115,101,99/.test(recording), socket.senders.map(({ state }) => state)]).toEqual([
      false,
      ['live.source.absent+server.informed'],
    ])
  })
})
