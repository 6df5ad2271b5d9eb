import { describeHttp } from '../describe-http.js'
import { postJson } from '../http.js'
import type { Json, Scenario, Target } from '../scenario.js'
import type { Claims } from '../token.js'
import { deleteConn, forget, goodBody, token } from './http-support.js'

const claiming = (change: Record<string, unknown>) =>
  token((target, room) => target.token(room, 'a', change as Partial<Claims>))

const withHeader = (header: object) =>
  token((target, room) => {
    const [, claims = '', mac = ''] = target.token(room, 'a').split('.')
    return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${mac}`
  })

const tokens: Record<string, Scenario['run']> = {
  'an empty token': token(() => ''),
  'token in four parts': token((target, room) => `${target.token(room, 'a')}.x`),
  'token of algorithm none': withHeader({ alg: 'none' }),
  'token without protocol': claiming({ protocol: undefined }),
  'token without publish': claiming({ publish: undefined }),
  'token without subscribe': claiming({ subscribe: undefined }),
  'token with publish as text': claiming({ publish: 'true' }),
  'token with ts as text': claiming({ ts: '1700000000000' }),
  'token with a fractional ts': claiming({ ts: 1.5 }),
  'token with a negative ts': claiming({ ts: -1 }),
  'token without the claim room': claiming({ room: undefined }),
  'token without the claim peer': claiming({ peer: undefined }),
  'token whose peer is a number': claiming({ peer: 1 }),
  'token with claims of its own': claiming({ exp: 1, iat: 1, more: { x: 1 } }),
}

const claimsOf = (id: string) => JSON.parse(Buffer.from(id.split('.')[1] ?? '', 'base64url').toString()) as object

const post = (target: Target, path: string, body: unknown) => postJson(target, `${target.url}${path}`, body)

const foreign: Record<string, Scenario['run']> = {
  'ice_remote: a connection of another node': async (target) =>
    describeHttp(await post(target, '/webrtc/ice_remote', { conn_id: target.connId(99, 1), candidate: '' })),
  'ice_remote: a number that was never given': async (target) =>
    describeHttp(await post(target, '/webrtc/ice_remote', { conn_id: target.connId(21, 999_999), candidate: '' })),
  'delete: a connection of another node': async (target) =>
    describeHttp(await deleteConn(target, target.connId(99, 1))),
  'delete: a number that was never given': async (target) =>
    describeHttp(await deleteConn(target, target.connId(21, 999_999))),
  'a connection id says node and number, and a refused offer uses one up': async (target, run) => {
    const body = await goodBody(target, run.room)
    const join = async (more: object) =>
      forget(target, run, await post(target, '/webrtc/connect', { ...body, ...more }))
    const ids = [await join({ peer: 'a' }), await join({ sdp: 'nonsense' }), await join({ token: '' }), await join({})]
    const [first = '', , , last = ''] = ids
    const [before, after] = [first, last].map(claimsOf) as [Record<string, number>, Record<string, number>]
    const header = JSON.parse(Buffer.from(first.split('.')[0] ?? '', 'base64url').toString()) as Json
    return {
      header,
      members: Object.keys(before).sort(),
      node: before.node_id ?? null,
      numbersBetween: (after.conn_id ?? 0) - (before.conn_id ?? 0),
    }
  },
  'a connection id with a broken signature': async (target, run) => {
    const answer = await post(target, '/webrtc/connect', await goodBody(target, run.room))
    const id = forget(target, run, answer)
    const broken = `${id.slice(0, -8)}AAAAAAAA`
    return {
      iceRemote: describeHttp(await post(target, '/webrtc/ice_remote', { conn_id: broken, candidate: '' })),
      deleted: describeHttp(await deleteConn(target, broken)),
      whole: describeHttp(await post(target, '/webrtc/ice_remote', { conn_id: id, candidate: '' })),
    }
  },
}

const agent = { 'user-agent': 'interop' }

const shapes: Record<string, Scenario['run']> = {
  'ice_remote: shapes': async (target) => {
    const url = `${target.url}/webrtc/ice_remote`
    const headers = { ...agent, 'content-type': 'application/json' }
    const asking = async (body: string | undefined, more: Record<string, string> = headers) =>
      describeHttp(
        await target.lab.http(url, { method: 'POST', headers: more, ...(body === undefined ? {} : { body }) }),
      )
    return {
      'empty body': await asking(''),
      'no JSON': await asking('{'),
      array: await asking('[]'),
      null: await asking('null'),
      'conn_id null': await asking('{"conn_id":null,"candidate":""}'),
      'conn_id a number': await asking('{"conn_id":1,"candidate":""}'),
      'conn_id a list': await asking('{"conn_id":[],"candidate":""}'),
      'candidate an object': await asking('{"conn_id":"x","candidate":{}}'),
      'no content type': await asking('{}', agent),
      'no content type, no body': await asking(undefined, agent),
    }
  },
  'ice_remote: candidates of every kind': async (target, run) => {
    const conn_id = forget(target, run, await post(target, '/webrtc/connect', await goodBody(target, run.room)))
    const candidates = [
      'candidate:1 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active',
      'candidate:1 1 udp 1694498815 192.0.2.1 40000 typ srflx raddr 10.0.0.1 rport 40001',
      'candidate:1 1 udp 2130706431 ::1 40000 typ host',
      'a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host',
      'end-of-candidates',
      'candidate:1 1 udp 2130706431 127.0.0.1 99999 typ host',
      'candidate:1 2 udp 2130706431 127.0.0.1 9 typ host',
    ]
    const answers: Record<string, Json> = {}
    for (const candidate of candidates)
      answers[candidate] = describeHttp(await post(target, '/webrtc/ice_remote', { conn_id, candidate }))
    return answers
  },
  'delete: other ways to write it': async (target, run) => {
    const id = forget(target, run, await post(target, '/webrtc/connect', await goodBody(target, run.room)))
    const asking = async (path: string, more: object = {}) =>
      describeHttp(
        await target.lab.http(`${target.url}/webrtc/conn${path}`, { method: 'DELETE', headers: agent, ...more }),
      )
    return {
      'no id': await asking('/'),
      'no slash': await asking(''),
      'one segment more': await asking(`/${id}/x`),
      'with a slash behind it': await asking(`/${id}/`),
      'with a query': await asking('/nonsense?x=1'),
      'percent-encoded': await asking(`/${id.replaceAll('.', '%2E')}`),
      'with a body': await asking(`/${id}`, { body: '{}' }),
    }
  },
}

export const httpTokenScenarios: readonly Scenario[] = Object.entries({
  ...Object.fromEntries(Object.entries(tokens).map(([name, run]) => [`connect: ${name}`, run])),
  ...foreign,
  ...shapes,
}).map(([name, run]) => ({ name: `http/${name}`, run }))
