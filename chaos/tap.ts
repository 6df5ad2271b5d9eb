import { strFromU8, unzlibSync } from 'fflate'
import type { DeviceEnvironment } from '../src/testing/index.js'

/** What a method of a peer connection does instead of its work, once. */
export type StackFault = 'throws' | 'hangs'

/** What can be made to fail: `constructor` throws, those that return a promise may hang as well. */
export const STACK_METHODS = [
  'constructor',
  'addTransceiver',
  'createDataChannel',
  'createOffer',
  'setLocalDescription',
  'setRemoteDescription',
  'getStats',
  'addIceCandidate',
] as const
type StackMethod = (typeof STACK_METHODS)[number]
const SYNCHRONOUS: ReadonlySet<string> = new Set<StackMethod>(['constructor', 'addTransceiver', 'createDataChannel'])

/** An offer as it went to the gateway, with the list that goes with it. */
export interface Offered {
  readonly sdp: string
  readonly senders: readonly { readonly name: string; readonly kind: string }[]
}

/** Who is told what a session hands to the world. */
export interface Tapped {
  offered(offer: Offered): void
  /** A text over the channel of this number. */
  handed(channel: number, text: string): void
}

const textOf = (frame: unknown): string =>
  typeof frame === 'string' ? frame : strFromU8(unzlibSync(frame as Uint8Array))

const offerIn = (text: string): Offered | undefined => {
  if (!text.includes('"peer.updateSdp"')) return undefined
  const { data } = JSON.parse(text) as { data: Offered }
  return data
}

const refused = (): DOMException => new DOMException('chaos', 'OperationError')

/** Stands between a session and its device: sees what is handed over, and lets the WebRTC stack fail where it is told to. */
export class Tap {
  readonly environment: DeviceEnvironment
  readonly #faults = new Map<StackMethod, StackFault>()
  #channels = 0
  #channel: RTCDataChannel | undefined

  constructor(
    device: DeviceEnvironment,
    private readonly to: Tapped,
  ) {
    const strike = () => this.#strike('constructor')
    const wrap = (peer: RTCPeerConnection) => this.#wrap(peer)
    class TappedPeerConnection extends device.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        void strike()
        super(configuration)
        wrap(this)
      }
    }
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (String(input).endsWith('/webrtc/connect')) to.offered(JSON.parse(init?.body as string) as Offered)
      return device.fetch(input, init)
    }
    this.environment = { ...device, fetch, RTCPeerConnection: TappedPeerConnection }
  }

  /** The next call of this method fails. */
  fail(method: StackMethod, fault: StackFault): void {
    this.#faults.set(method, SYNCHRONOUS.has(method) ? 'throws' : fault)
  }

  /** No fault is left that has not struck. */
  mend(): void {
    this.#faults.clear()
  }

  /** The channel closes as if the far side had closed it. */
  closeChannel(): void {
    this.#channel?.close()
  }

  #strike(method: StackMethod): Promise<never> | undefined {
    const fault = this.#faults.get(method)
    this.#faults.delete(method)
    if (fault === 'hangs') return new Promise(() => {})
    if (!fault) return undefined
    if (SYNCHRONOUS.has(method)) throw refused()
    return Promise.reject(refused())
  }

  #wrap(peer: RTCPeerConnection): void {
    const methods = peer as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const method of STACK_METHODS) {
      const own = methods[method]
      if (method === 'constructor' || !own) continue
      methods[method] = (...args) => {
        const result = this.#strike(method) ?? own.apply(peer, args)
        if (method === 'createDataChannel') this.#listen(result as RTCDataChannel)
        return result
      }
    }
  }

  #listen(channel: RTCDataChannel): void {
    const number = (this.#channels += 1)
    this.#channel = channel
    const send = channel.send.bind(channel) as (frame: unknown) => void
    channel.send = (frame: unknown) => {
      send(frame)
      const text = textOf(frame)
      const offer = offerIn(text)
      if (offer) this.to.offered(offer)
      this.to.handed(number, text)
    }
  }
}
