import { lookup } from 'node:dns/promises'
import type { AddressInfo } from 'node:net'
import { RTCDtlsTransport } from 'werift'
import { controlRoutes } from './faults/control.js'
import { type HttpFaults, httpFaults } from './faults/http-faults.js'
import { type SessionSelector, type UdpFaults, udpFaults } from './faults/udp-faults.js'
import { routes } from './http/routes.js'
import { httpServer } from './http/server.js'
import { type GatewayOptions, resolveOptions } from './options.js'
import { sessionDirectory } from './sessions.js'
import type { SessionFacts } from './session/session.js'
import { type SessionGrant, signSessionToken } from './tokens.js'

/** Disturbs a running gateway, to see how its clients bear it. */
export interface GatewayFaults {
  readonly udp: UdpFaults
  readonly http: HttpFaults
  /**
   * The gateway closes the data channels of the selected sessions, and nothing else: media goes on, and the session stays
   * until its client ends it or falls silent. Returns for how many it was done.
   */
  readonly closeChannels: (select?: SessionSelector) => number
  /** As if no fault had ever been set. What was closed stays closed. */
  readonly clear: () => void
}

export interface Gateway {
  /** Where clients connect, for example `http://127.0.0.1:3001`. */
  readonly url: string
  readonly port: number
  readonly secret: string
  /** A token as the token service of the real server would issue it. Without a peer it admits any peer of the room. */
  readonly token: (grant: { readonly room: string; readonly peer?: string }) => string
  /** What the gateway knows of each living session, for tests and for looking at it. */
  readonly sessions: () => readonly SessionFacts[]
  readonly faults: GatewayFaults
  /** Ends all sessions without telling the clients and stops listening. */
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export const startGateway = async (options: GatewayOptions = {}): Promise<Gateway> => {
  const wanted = resolveOptions(options)
  // candidates are addresses, so a name like localhost is resolved once
  const settings = { ...wanted, host: (await lookup(wanted.host)).address }
  // one certificate for all sessions, made before the first client waits for it
  await RTCDtlsTransport.SetupCertificate()
  const relays = udpFaults(settings.relay)
  const disturbed = httpFaults()
  const sessions = sessionDirectory(settings, relays)
  const faults: GatewayFaults = {
    udp: relays.faults,
    http: disturbed.faults,
    closeChannels: (select = {}) => sessions.closeChannels(select),
    clear: () => {
      if (settings.relay) relays.faults.clear()
      disturbed.faults.clear()
    },
  }
  const control = settings.control ? controlRoutes({ hasRelay: settings.relay, ...faults }) : []
  const server = httpServer({
    routes: [...routes(settings, sessions), ...control],
    intercept: disturbed.through,
    log: settings.log,
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      sessions.close()
      disturbed.close()
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closed
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    secret: settings.secret,
    token: ({ room, peer }): string => {
      const grant: SessionGrant = { room, peer: peer ?? null }
      return signSessionToken(grant, settings.secret, Date.now())
    },
    sessions: sessions.facts,
    faults,
    close,
    [Symbol.asyncDispose]: close,
  }
}
