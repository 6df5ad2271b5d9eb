import { createWebSocketReceiver, type ParsedReceiverEvent } from '@xstate/inspect'
import { WebSocket } from 'ws'
import { toSCXMLEvent } from 'xstate'

export { createDevTools, type ParsedReceiverEvent } from '@xstate/inspect'

/** The other side of `@xstate/inspect`: what its page does with what it is told. */
export class Receiver {
  readonly told: ParsedReceiverEvent[] = []
  readonly #looking: ReturnType<typeof createWebSocketReceiver>
  #wake = () => {}

  constructor(url: string) {
    // Its receiver is made for browsers.
    Object.assign(globalThis, { WebSocket })
    this.#looking = createWebSocketReceiver({ server: url.replace('ws://', ''), serialize: undefined })
    this.#looking.subscribe((event) => {
      this.told.push(event)
      this.#wake()
    })
  }

  /** Waits until what it was told is enough. */
  async until(enough: (told: readonly ParsedReceiverEvent[]) => boolean): Promise<void> {
    while (!enough(this.told)) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /** Sends an event to one of the services, as the page does when somebody presses it there. */
  send(service: string, type: string): void {
    const event = JSON.stringify({ ...toSCXMLEvent({ type }), origin: service })
    this.#looking.send({ type: 'xstate.event', event, service })
  }
}
