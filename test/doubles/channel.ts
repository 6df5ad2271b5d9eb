import { Emitting, type DoublesWorld } from './emitting.js'

/** An `RTCDataChannel` (webrtc-pc 6.2). What is sent goes to the gateway. */
export class ChannelDouble extends Emitting {
  readyState: RTCDataChannelState = 'connecting'
  binaryType: BinaryType = 'blob'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  /** The path below it is dead: nothing gets through, either way. */
  cut = false

  constructor(
    world: DoublesWorld,
    readonly label: string,
    readonly init: RTCDataChannelInit = {},
  ) {
    super(world)
  }

  send(data: string | Uint8Array): void {
    this.world.calls.sync('channel.send', () => {
      if (this.readyState !== 'open') throw new DOMException('the channel is not open', 'InvalidStateError')
      if (!this.cut) this.world.gateway.receive(data, (text) => this.arrives(text))
    })
  }

  close(): void {
    this.world.calls.sync('channel.close', () => this.breaks())
  }

  opens(): void {
    if (this.readyState !== 'connecting') return
    this.readyState = 'open'
    this.tell('open')
  }

  /** A frame comes in; after the end none does. */
  arrives(data: unknown): void {
    if (this.readyState === 'open' && !this.cut) this.tell('message', { data })
  }

  /** The far side closes it, or it fails. */
  breaks(): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    this.tell('close')
  }
}
