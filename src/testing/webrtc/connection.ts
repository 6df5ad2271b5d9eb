import type { Timeline } from '../scheduler/lane.js'
import type { Description } from './section.js'
import { refusal } from './errors.js'
import { fire } from './events.js'
import { NumberBook } from './number-book.js'
import type { WebRtcPlace } from './place.js'
import { QUIRKS, type Quirks } from './quirks.js'
import { ABILITIES, type Abilities } from './stack-codecs.js'
import type { Transceiver } from './transceiver.js'
import type { Path } from './path.js'
import type { Channels } from './data-channels.js'
import type { Pump } from './media.js'
import type { Stream } from './stream.js'
import type { Settings } from './configuration.js'

/** Which descriptions there are (webrtc-pc 4.4.1.1): those in use, and those that are being negotiated. */
export interface Descriptions {
  currentLocal: Description | undefined
  currentRemote: Description | undefined
  pendingLocal: Description | undefined
  pendingRemote: Description | undefined
}

/** What a rollback goes back to, by transceiver (webrtc-pc 4.4.1.5, the slots of the last stable state). */
export interface Stable {
  readonly mid: string | null
  readonly streams: readonly Stream[]
  readonly firedDirection: string | null
}

/** The internal slots of an RTCPeerConnection (webrtc-pc 4.4.1.1), shared by the rules; each rule is a file of its own. */
export class Connection {
  closed = false
  signalingState: RTCSignalingState = 'stable'
  readonly descriptions: Descriptions = {
    currentLocal: undefined,
    currentRemote: undefined,
    pendingLocal: undefined,
    pendingRemote: undefined,
  }
  /** [[LastCreatedOffer]], [[LastCreatedAnswer]] */
  lastOffer = ''
  lastAnswer = ''
  /** Whichever was made last. */
  lastMade = ''
  /** How many descriptions were set or taken back. */
  sets = 0
  /** What the last offer was made of. */
  offeredFrom = ''
  /** [[NegotiationNeeded]] */
  negotiationNeeded = false
  /** [[Operations]]: each begins its own. */
  readonly operations: (() => void)[] = []
  /** [[UpdateNegotiationNeededFlagOnEmptyChain]] */
  updateOnEmptyChain = false
  /** The set of transceivers, in the order in which they were made. */
  transceivers: Transceiver[] = []
  /** Those whose senders and receivers a closed connection still lists. */
  listed: Transceiver[] | undefined
  /** Name of the error of every description, after one that has left the stack in disorder. */
  broken: 'OperationError' | 'InvalidStateError' | undefined
  /** That description, where a stack shows it later. */
  refused: Description | undefined
  /** How often something was changed that an offer may have to tell. */
  changes = 0
  /** What a rollback restores; empty in the stable state. */
  readonly stable = new Map<Transceiver, Stable>()
  /** Streams that the far side has named, by id. */
  readonly remoteStreams = new Map<string, Stream>()
  /** Numbers mids (JSEP 5.2.1): each createOffer gives new ones to lines that have none yet, as browsers do. */
  mids = 0
  /** Mids that the far side has used: no other line gets them again. */
  readonly knownMids = new Set<string>()
  /** Counts descriptions, for `o=`. */
  versions = 1
  readonly payloads = new NumberBook(35, 63)
  readonly extensions = new NumberBook(1, 14)
  /** Mid of the data channel's line, and the one that it had in the last stable state. */
  channelMid: string | null = null
  /** Whether the first description of all was an offer of this side. */
  offeredFirst: boolean | undefined
  /** canTrickleIceCandidates */
  trickles: boolean | null = null
  readonly quirks: Quirks
  readonly abilities: Abilities
  /** Source of this connection's tasks. */
  readonly source: string
  path!: Path
  channels!: Channels
  pump!: Pump
  settings!: Settings

  constructor(
    readonly place: WebRtcPlace,
    /** Counts the connections of a place. */
    readonly number: number,
    /** The RTCPeerConnection. */
    readonly target: EventTarget,
  ) {
    this.quirks = QUIRKS[place.stack ?? 'spec']
    this.abilities = ABILITIES[place.stack ?? 'spec']
    this.source = `pc ${number}`
  }

  /** Where tasks run that JavaScript sees. */
  get tasks(): Timeline {
    return this.place.script ?? this.place.scheduler
  }

  /** Queues a task on the connection's source; once the connection is closed it does nothing. */
  queue(task: () => void): void {
    this.tasks.soon(this.source, () => {
      if (!this.closed) task()
    })
  }

  /** Fires an event at the connection. */
  fire(type: string, members?: object): void {
    fire(this.target, type, members)
  }

  /** localDescription: the pending one, or the current. */
  get local(): Description | undefined {
    return this.descriptions.pendingLocal ?? this.descriptions.currentLocal
  }

  /** remoteDescription: the pending one, or the current. */
  get remote(): Description | undefined {
    return this.descriptions.pendingRemote ?? this.descriptions.currentRemote
  }

  /** After a description that has left a stack in disorder it takes no other. */
  assertWhole(): void {
    if (this.broken) throw refusal(this.broken, 'Session error code: ERROR_CONTENT')
  }

  /** As a stack does that keeps nothing of what is closed. */
  forget(): void {
    this.transceivers = []
    for (const name of ['currentLocal', 'currentRemote', 'pendingLocal', 'pendingRemote'] as const)
      this.descriptions[name] = undefined
  }

  /** The transceiver that is associated with an m-line. */
  transceiverOf(mid: string): Transceiver | undefined {
    return this.transceivers.find((transceiver) => transceiver.mid === mid)
  }
}
