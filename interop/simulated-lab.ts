import { SimulatedWorld, type Device, type Signer } from '../src/testing/index.js'
import { onTheWire } from '../src/testing/http/http-server.js'
import type { HttpAnswer, HttpRequest } from './http.js'
import type { Lab, Sink } from './lab.js'
import { simulatedRelay } from './simulated-relay.js'
import type { RunningTarget } from './targets.js'
import { connectionId, sessionToken, signToken, verified } from './token.js'

/** What came in on a track: media is counted there, not decoded. */
const sinkOf = (device: Device, track: MediaStreamTrack): Sink => ({
  get count() {
    const { frames = 0, packets = 0 } = device.received(track) ?? {}
    return track.kind === 'audio' ? packets : frames
  },
  get size() {
    return device.received(track)?.size
  },
  stop: () => {},
})

const labIn = (world: SimulatedWorld): Lab => {
  const device = world.device({ browser: 'node', nat: false })
  const { environment } = device
  const http = (url: string, { method = 'GET', headers = {}, body }: HttpRequest = {}) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const { pathname: path, searchParams: query } = new URL(url)
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
      const request = { method, path, query, headers: Object.fromEntries(lowerCase), body: String(body ?? '') }
      world.gateway.handle(request, (reply) => {
        if (!reply) return reject(new Error('the connection was reset'))
        const { status, headers: given, text } = onTheWire(reply, method)
        return resolve({ status, headers: given, body: text })
      })
    })
  const playing = (track: MediaStreamTrack) => ({ track, stop: () => track.stop() })
  return {
    RTCPeerConnection: environment.RTCPeerConnection as typeof globalThis.RTCPeerConnection,
    MediaStream: environment.MediaStream as typeof globalThis.MediaStream,
    environment,
    http,
    videoSource: (size = { width: 320, height: 240 }) => playing(device.track('video', { size })),
    audioSource: () => playing(device.track('audio')),
    videoSink: (track) => sinkOf(device, track),
    audioSink: (track) => sinkOf(device, track),
    relay: () => simulatedRelay(world),
    virtual: true,
    now: () => world.now,
    pause: (ms) => new Promise((resolve) => void world.scheduler.after(ms, 'scenario', () => resolve())),
    drive: (work) => world.until(work()),
  }
}

/** A world of its own, in which everything is simulated, time too. */
export const simulatedTarget = (secret = 'insecure', nodeId = 21) => {
  const signer: Signer = { sign: (claims) => signToken(secret, claims), verify: (token) => verified(secret, token) }
  const options = { secret, nodeId, signer }
  const world = new SimulatedWorld({ gateway: options })
  let victims = 0
  return {
    name: 'simulated',
    url: world.gateway.url,
    lab: labIn(world),
    token: (room, peer, change) => sessionToken(secret, room, peer, change),
    connId: (node, counter) => connectionId(secret, node, counter),
    async victim(run) {
      const gateway = world.addGateway(`https://victim-${(victims += 1)}.example`, options)
      run.defer(() => gateway.kill())
      return {
        url: gateway.url,
        kill: async () => gateway.kill(),
        restart: async () => gateway.restart(),
        freeze: () => gateway.freeze(),
        thaw: () => gateway.thaw(),
      }
    },
    close: async () => {},
  } satisfies RunningTarget
}
