import { describeHttp } from '../describe-http.js'
import type { Json, Scenario, Target } from '../scenario.js'
import { anyOffer } from './offers.js'

type Kind = 'whip' | 'whep'

const protocols = { whip: 'Whip', whep: 'Whep' } as const

const posting = async (target: Target, kind: Kind, body: string, headers: Record<string, string>) =>
  describeHttp(
    await target.lab.http(`${target.url}/${kind}/endpoint`, {
      method: 'POST',
      headers: { 'user-agent': 'interop', ...headers },
      body,
    }),
  )

const sdp = { 'content-type': 'application/sdp' }

/** Only what is refused: the endpoints themselves are for other clients than ours. */
const endpoint =
  (kind: Kind): Scenario['run'] =>
  async (target, run) => {
    const offer = await anyOffer(target)
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const good = bearer(target.token(run.room, 'a', { protocol: protocols[kind] }))
    const cases: Record<string, [body: string, headers: Record<string, string>]> = {
      'no token': [offer, sdp],
      'a token that is none': [offer, { ...sdp, ...bearer('nonsense') }],
      'a token for WebRTC': [offer, { ...sdp, ...bearer(target.token(run.room, 'a')) }],
      'a token of the other endpoint': [
        offer,
        { ...sdp, ...bearer(target.token(run.room, 'a', { protocol: protocols[kind === 'whip' ? 'whep' : 'whip'] })) },
      ],
      'another scheme': [offer, { ...sdp, authorization: 'Basic eDp5' }],
      'no session description': ['nonsense', { ...sdp, ...good }],
      'an empty body': ['', { ...sdp, ...good }],
      'no content type': [offer, good],
      'another content type': [offer, { 'content-type': 'application/json', ...good }],
      'no content type, no token': [offer, {}],
    }
    const answers: Record<string, Json> = {}
    for (const [name, [body, headers]] of Object.entries(cases))
      answers[name] = await posting(target, kind, body, headers)
    const bare = await target.lab.http(`${target.url}/${kind}/endpoint`, {
      method: 'POST',
      headers: { ...sdp, ...good },
      body: 'x',
    })
    answers['no user agent'] = describeHttp(bare)
    return answers
  }

const connection =
  (kind: Kind): Scenario['run'] =>
  async (target) => {
    const unknown = target.connId(21, 999_999)
    const fragment = { 'content-type': 'application/trickle-ice-sdpfrag' }
    const candidate = 'a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n'
    const asking = async (method: string, id: string, headers: Record<string, string> = {}, body?: string) =>
      describeHttp(
        await target.lab.http(`${target.url}/${kind}/conn/${id}`, {
          method,
          headers: { 'user-agent': 'interop', ...headers },
          ...(body === undefined ? {} : { body }),
        }),
      )
    return {
      'PATCH of an unknown one': await asking('PATCH', unknown, fragment, candidate),
      'PATCH of no token': await asking('PATCH', 'nonsense', fragment, candidate),
      'PATCH without a candidate': await asking('PATCH', unknown, fragment, ''),
      'PATCH of another content type': await asking('PATCH', unknown, { 'content-type': 'text/plain' }, candidate),
      'PATCH without content type': await asking('PATCH', unknown, {}, candidate),
      'DELETE of an unknown one': await asking('DELETE', unknown),
      'DELETE of no token': await asking('DELETE', 'nonsense'),
      GET: await asking('GET', unknown),
      POST: await asking('POST', unknown, fragment, candidate),
    }
  }

const wrongMethod =
  (kind: Kind): Scenario['run'] =>
  async (target) =>
    describeHttp(await target.lab.http(`${target.url}/${kind}/endpoint`, { headers: { 'user-agent': 'interop' } }))

const kinds: readonly Kind[] = ['whip', 'whep']

export const whipScenarios: readonly Scenario[] = kinds.flatMap((kind) => [
  { name: `http/${kind}: refusals of the endpoint`, run: endpoint(kind) },
  { name: `http/${kind}: endpoint by GET`, run: wrongMethod(kind) },
  { name: `http/${kind}: connections that are not there`, run: connection(kind) },
])
