import { MediaGatewayConnector, type Environment, type IConnectConfig } from '../../src/index.js'
import type { Stage } from '../doubles/stage.js'

/** A response, or what happens instead. */
export type Respond = (signal: AbortSignal) => Response | Promise<Response>

/** Paths of a gateway's HTTP side, as a test names them. */
export type Path = 'health' | 'connect' | 'candidate' | 'delete'

const pathOf = (url: URL): Path =>
  url.pathname === '/health'
    ? 'health'
    : url.pathname === '/webrtc/connect'
      ? 'connect'
      : url.pathname === '/webrtc/ice_remote'
        ? 'candidate'
        : 'delete'

/**
 * The stage's gateway behind HTTP, reached by the library's own connector. `faults`: what a host (of `one.example`,
 * `two.example` and so on its first label) answers on a path instead.
 */
export const overHttp = (stage: Stage, faults: Record<string, Partial<Record<Path, Respond>>> = {}) => {
  const asked: string[] = []
  const usual = async (path: Path, url: URL, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal
    const body = JSON.parse(String(init.body ?? 'null')) as IConnectConfig
    switch (path) {
      case 'health':
        return Response.json({ status: true })
      case 'connect':
        return Response.json(await stage.gateway.connect(url.origin, body, { signal }))
      case 'candidate':
        await stage.gateway.iceCandidate()
        return Response.json({ status: true })
      case 'delete':
        await stage.gateway.close(url.origin, 0, url.pathname.split('/').at(-1) ?? '', { signal })
        return Response.json({ status: true })
    }
  }
  const fetch: Environment['fetch'] = async (input, init = {}) => {
    const url = new URL(String(input))
    const host = url.hostname.split('.')[0] ?? ''
    const path = pathOf(url)
    asked.push(`${host} ${path}`)
    const fault = faults[host]?.[path]
    return stage.calls.promise(
      'fetch',
      () => (fault ? fault(init.signal as AbortSignal) : usual(path, url, init)),
      init.signal ?? undefined,
    )
  }
  const connector = new MediaGatewayConnector(undefined, { environment: { ...stage.environment, fetch } })
  return { connector, asked, faults }
}
