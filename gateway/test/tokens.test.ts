import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { sign, signConnId, signSessionToken, tokenAdmits, verify } from '../src/tokens.js'

const claims = { room: 'room', peer: 'peer', protocol: 'Webrtc', publish: true, subscribe: true, ts: 1 }
const admits = (more: object, secret = 'key') =>
  tokenAdmits(sign({ ...claims, ...more }, 'key'), secret, 'room', 'peer')

test('a token is a JWT with HS256 over the raw secret', () => {
  const token = sign({ a: 1 }, 'key')
  const [head, payload, mac] = token.split('.')
  expect(Buffer.from(head ?? '', 'base64url').toString()).toBe('{"alg":"HS256"}')
  expect(mac).toBe(createHmac('sha256', 'key').update(`${head}.${payload}`).digest('base64url'))
  expect(verify(token, 'key')).toEqual({ a: 1 })
})

test('a token that was changed, cut, or signed otherwise is none', () => {
  const [head, payload, mac] = sign(claims, 'key').split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  expect(verify(`${none}.${payload}.`, 'key')).toBeUndefined()
  expect(verify(`${head}.${Buffer.from('{}').toString('base64url')}.${mac}`, 'key')).toBeUndefined()
  expect(verify(`${head}.${payload}`, 'key')).toBeUndefined()
  expect(verify(`${head}.${payload}.${mac}`, 'other')).toBeUndefined()
})

test('room and protocol must fit, the peer when it is set; rights and age are never looked at', () => {
  expect(admits({})).toBe(true)
  expect(admits({}, 'other')).toBe(false)
  expect(admits({ peer: null })).toBe(true)
  expect(admits({ peer: undefined })).toBe(true)
  expect(admits({ publish: false, subscribe: false, ts: 0 })).toBe(true)
  expect(admits({ peer: 'other' })).toBe(false)
  expect(admits({ room: null })).toBe(false)
  expect(admits({ room: 'other' })).toBe(false)
  expect(admits({ protocol: 'Whip' })).toBe(false)
  for (const missing of ['protocol', 'publish', 'subscribe', 'ts']) expect(admits({ [missing]: undefined })).toBe(false)
})

test('what the gateway issues admits; the same number gives the same connection id', () => {
  expect(tokenAdmits(signSessionToken({ room: 'room', peer: null }, 'key', 1), 'key', 'room', 'peer')).toBe(true)
  expect(signConnId(1, 7, 'key')).toBe(signConnId(1, 7, 'key'))
  expect(verify(signConnId(1, 7, 'key'), 'key')).toEqual({ node_id: 1, conn_id: 7 })
})
