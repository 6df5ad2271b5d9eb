import { describeHttp } from '../describe-http.js'
import { postJson, type HttpAnswer } from '../http.js'
import type { Run, Scenario, Target } from '../scenario.js'
import { anyOffer } from './offers.js'

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Of the right shape, but signed by nobody. */
export const unknownConn = `${encoded({ alg: 'HS256' })}.${encoded({ node_id: 21, conn_id: 999_999 })}.AAAA`

export const deleteConn = (target: Target, id: string) =>
  target.lab.http(`${target.url}/webrtc/conn/${id}`, { method: 'DELETE', headers: { 'user-agent': 'interop' } })

/** A session that was made only to look at an answer must not wait for its timeout. */
export const forget = (target: Target, run: Run, answer: HttpAnswer) => {
  const id = /"conn_id":"([^"]+)"/.exec(answer.body)?.[1]
  if (id) run.defer(() => deleteConn(target, id))
  return id ?? ''
}

export const goodBody = async (target: Target, room: string): Promise<Record<string, unknown>> => ({
  room,
  peer: 'a',
  token: target.token(room, 'a'),
  sdp: await anyOffer(target),
  senders: [],
  receivers: { audio: 1, video: 0 },
})

export const connecting =
  (change: (body: Record<string, unknown>, target: Target, room: string) => unknown): Scenario['run'] =>
  async (target, run) => {
    const body = await goodBody(target, run.room)
    const answer = await postJson(target, `${target.url}/webrtc/connect`, change(body, target, run.room) ?? body)
    forget(target, run, answer)
    return describeHttp(answer)
  }

export const set = (members: Record<string, unknown>) => connecting((body) => ({ ...body, ...members }))
export const drop = (member: string) => connecting((body) => void delete body[member])
export const token = (make: (target: Target, room: string) => string) =>
  connecting((body, target, room) => ({ ...body, token: make(target, room) }))
