import {
  RealtimeError,
  StreamKinds,
  type IMediaGatewayConnector,
  type ISessionConfig,
  type RealtimeSocket,
} from '../../src/index.js'

/** What the screen of a call shows. */
export interface CallView {
  readonly status: 'ready' | 'joining' | 'live' | 'interrupted' | 'refused' | 'left'
  /** A sentence for the user. */
  readonly banner: string
  readonly canJoin: boolean
  readonly muted: boolean
}

const BANNERS: Record<CallView['status'], string> = {
  ready: 'Ready to join',
  joining: 'Joining…',
  live: 'You are live',
  interrupted: 'The connection is interrupted',
  refused: 'You are not allowed into this room',
  left: 'You have left',
}

/** The part of an application that this example is about: what a call's screen shows follows from its socket alone. */
export class Call {
  #refused = false
  #muted = false

  constructor(
    private readonly socket: RealtimeSocket,
    private readonly connector: IMediaGatewayConnector,
    private readonly config: ISessionConfig,
    private readonly render: (view: CallView) => void,
  ) {
    socket.subscribe(() => this.#draw())
  }

  get view(): CallView {
    const status = this.#status()
    return {
      status,
      banner: BANNERS[status],
      canJoin: this.socket.can('connect'),
      muted: this.#muted,
    }
  }

  /** The join button. */
  async join(microphone: MediaStream): Promise<void> {
    this.#refused = false
    const [sender] = this.socket.senders
    if (sender) sender.replaceStream(microphone)
    else this.socket.createSenderTrack({ name: 'audio_main', kind: StreamKinds.AUDIO, stream: microphone })
    // It may have been pressed before there was anything to mute.
    this.mute(this.#muted)
    try {
      await this.socket.connect(this.connector, this.config)
    } catch (error) {
      this.#refused = error instanceof RealtimeError && error.code === 'token-refused'
    }
    this.#draw()
  }

  /** The microphone button. */
  mute(muted: boolean): void {
    this.#muted = muted
    const [sender] = this.socket.senders
    if (muted) sender?.pause()
    else sender?.resume()
    this.#draw()
  }

  leave(): void {
    this.socket.close()
  }

  #status(): CallView['status'] {
    switch (this.socket.peerState) {
      case 'connecting':
        return 'joining'
      case 'connected':
        return 'live'
      case 'closed':
        return 'left'
      case 'created':
        return 'ready'
      default:
        return this.#refused ? 'refused' : 'interrupted'
    }
  }

  #draw(): void {
    this.render(this.view)
  }
}
