import { sameEndpoint, type Endpoint, type UdpSocket } from '../network/internet.js'
import type { Timeline } from '../scheduler/lane.js'
import type { Candidate } from './candidates.js'
import { IcePair } from './ice-pair.js'
import type { Packet, Stun } from './packets.js'
import type { IceProfile } from './profile.js'

/** Names one side's half of a session (RFC 8445 section 5.3). */
export interface IceCredentials {
  readonly ufrag: string
  readonly pwd: string
}

/** After so much silence on the chosen pair another one that works takes its place, where the far side chooses it. */
const FOLLOW_AFTER = 1_000

interface IceAgentOptions {
  readonly scheduler: Timeline
  readonly profile: IceProfile
  readonly socket: UdpSocket<Packet>
  /** Milliseconds before the first check of its own; the media server paces its checks. Default 0. */
  readonly firstCheckAfter?: number
  onstate(state: RTCIceTransportState): void
  /** Anything but a check. */
  ondata(packet: Exclude<Packet, Stun>): void
}

/**
 * Connectivity checks (RFC 8445) and consent (RFC 7675) of one component over one socket: chooses a pair, notices when
 * it dies, in the times of its profile.
 */
export class IceAgent {
  state: RTCIceTransportState = 'new'
  /** The pair that is used. */
  selected: IcePair | undefined
  controlling = true
  /** When anything came in last. */
  heardAt = Number.NEGATIVE_INFINITY
  readonly #options: IceAgentOptions
  #pairs: IcePair[] = []
  /** Accepted in checks of the far side, the current ones first. */
  #local: IceCredentials[] = []
  #remote: IceCredentials | undefined
  #generation = 0
  #transactions = 0
  #timer: unknown
  #everConnected = false
  #startedAt = 0

  constructor(options: IceAgentOptions) {
    this.#options = options
    options.socket.hear = (packet, from) => this.#receive(packet, from)
  }

  get pairs(): readonly IcePair[] {
    return this.#pairs
  }

  /** Of the remote credentials in use; `undefined` before there are any. */
  get remoteUfrag(): string | undefined {
    return this.#remote?.ufrag
  }

  /** Whether data goes out: a chosen pair answered. */
  get writable(): boolean {
    return this.selected?.valid === true && this.state !== 'closed'
  }

  /** Credentials of the local description; those of a connection stay accepted until the new ones have connected. */
  setLocal(credentials: IceCredentials): void {
    if (!this.#everConnected) this.#local = []
    this.#local = [credentials, ...this.#local.filter(({ ufrag }) => ufrag !== credentials.ufrag)].slice(0, 2)
  }

  /** Takes the newest local credentials back (rollback). */
  dropLocal(ufrag: string): void {
    this.#local = this.#local.filter((credentials) => credentials.ufrag !== ufrag)
  }

  /** Credentials of the remote description; others than before are a restart (RFC 8445 section 9): checks begin anew. */
  setRemote(credentials: IceCredentials): void {
    if (this.state === 'closed') return
    if (this.#remote?.ufrag === credentials.ufrag && this.#remote.pwd === credentials.pwd) return
    const restarted = this.#remote !== undefined
    this.#remote = credentials
    this.#generation += 1
    this.#pairs = this.#pairs.filter((pair) => pair === this.selected)
    this.#startedAt = this.#options.scheduler.now
    if (restarted && this.state !== 'connected') this.#become('checking')
    this.#look()
  }

  /** A candidate of the far side. Known ones are ignored; in `failed` a new foundation makes it check again. */
  addRemote(candidate: Candidate): void {
    if (this.state === 'closed') return
    const known = this.#pair(candidate)
    if (known?.foundations.has(candidate.foundation)) return
    const pair = known ?? this.#newPair(candidate)
    pair.foundations.add(candidate.foundation)
    if (this.state === 'failed') return this.#revive(pair)
    if (!known) this.#look()
  }

  send(packet: Exclude<Packet, Stun>): void {
    if (this.selected && this.writable) this.#options.socket.send(this.selected.remote, packet)
  }

  close(): void {
    this.#options.scheduler.cancel(this.#timer)
    this.#become('closed')
    this.#options.socket.hear = undefined
    this.#options.socket.close()
  }

  #pair(remote: Endpoint): IcePair | undefined {
    return this.#pairs.find((pair) => pair.generation === this.#generation && sameEndpoint(pair.remote, remote))
  }

  #newPair({ address, port }: Endpoint): IcePair {
    const pair = new IcePair({ address, port }, this.#generation)
    this.#pairs.push(pair)
    return pair
  }

  #receive(packet: Packet, from: Endpoint): void {
    if (this.state === 'closed') return
    this.heardAt = this.#options.scheduler.now
    if (packet.is !== 'stun') return this.#options.ondata(packet)
    if (packet.type === 'request') this.#answer(packet, from)
    else this.#answered(packet)
  }

  /** Section 7.3: who knows the credentials is answered, and learned. */
  #answer(request: Stun, from: Endpoint): void {
    const [mine = '', theirs = ''] = request.username.split(':')
    const used = this.#local.find(({ ufrag, pwd }) => ufrag === mine && pwd === request.key)
    if (!used) return
    this.#options.socket.send(from, {
      is: 'stun',
      type: 'response',
      transaction: request.transaction,
      username: `${theirs}:${mine}`,
      key: used.pwd,
    })
    // Section 7.3: a check may come before the answer. It is answered, and shows that checks are under way.
    if (!this.#remote && this.state === 'new') this.#become('checking')
    if (!this.#remote || theirs !== this.#remote.ufrag) return
    const { now } = this.#options.scheduler
    let pair = this.#pair(from)
    const learned = !pair
    pair ??= this.#newPair(from)
    pair.requestsReceived += 1
    pair.heardAt = now
    if (request.nominate) pair.nominated = true
    if (this.state === 'failed') this.#revive(pair)
    else if (learned || !pair.valid) this.#look()
    this.#choose()
  }

  #answered({ transaction }: Stun): void {
    const { now } = this.#options.scheduler
    const pair = this.#pairs.find((one) => one.answered(transaction, now))
    if (!pair) return
    this.#choose()
    if (this.selected === pair) this.#connected()
  }

  /** Chooses, or follows the far side's choice. */
  #choose(): void {
    const { now } = this.#options.scheduler
    const current = this.selected
    const { choosesByItself = false } = this.#options.profile
    const usable = (pair: IcePair) => pair.valid && (this.controlling || pair.nominated || choosesByItself)
    const stale =
      !current ||
      current.generation !== this.#generation ||
      (current.unansweredSince !== undefined && now - current.heardAt > FOLLOW_AFTER)
    if (!stale) return
    // Where the far side has moved more than once, the pair that was heard last is where it is.
    const [better] = this.#pairs
      .filter((pair) => pair !== current && pair.generation === this.#generation && usable(pair))
      .toSorted((a, b) => b.heardAt - a.heardAt)
    if (!better) return
    this.selected = better
    if (current && current.generation !== this.#generation) this.#pairs = this.#pairs.filter((pair) => pair !== current)
    this.#connected()
  }

  #connected(): void {
    this.#everConnected = true
    // Who is connected by the new credentials needs the old ones no more.
    if (this.selected?.generation === this.#generation) this.#local.length = Math.min(this.#local.length, 1)
    this.#become('connected')
  }

  #revive(pair: IcePair): void {
    if (!this.#options.profile.revives) return
    pair.beginAgain()
    this.selected?.beginAgain()
    this.#startedAt = this.#options.scheduler.now
    this.#become(this.#everConnected ? 'disconnected' : 'checking')
    this.#look()
  }

  /** Checks now, and goes on as long as there is a point in it. */
  #look(): void {
    if (!this.#remote || this.#pairs.length === 0 || this.state === 'closed' || this.state === 'failed') return
    const { scheduler, firstCheckAfter = 0 } = this.#options
    if (this.state === 'new') {
      this.#startedAt = scheduler.now
      this.#become('checking')
      if (firstCheckAfter > 0) return this.#again(firstCheckAfter)
    }
    this.#again(0)
  }

  #again(ms: number): void {
    const { scheduler } = this.#options
    scheduler.cancel(this.#timer)
    this.#timer = scheduler.after(ms, 'ice', () => this.#check())
  }

  #check(): void {
    const { scheduler, profile } = this.#options
    const { now } = scheduler
    const settled = this.selected?.generation === this.#generation
    const since = this.#silentSince()
    if (since !== undefined) {
      const silence = now - since
      const patience = this.#everConnected ? profile.failedAfter : profile.hopelessAfter
      if (this.state === 'connected' && silence >= profile.disconnectedAfter) this.#become('disconnected')
      if (silence >= patience) return this.#become('failed')
    }
    // A pair that works is asked now and then; all of them, and often, while none does.
    const healthy = settled && this.selected?.unansweredSince === undefined
    for (const pair of healthy && this.selected ? [this.selected] : this.#pairs) this.#ask(pair)
    this.#again(healthy ? profile.checkEvery : profile.searchEvery)
  }

  /** Since when nothing is answered; `undefined` while something is. */
  #silentSince(): number | undefined {
    return this.selected?.generation === this.#generation ? this.selected.unansweredSince : this.#startedAt
  }

  #ask(pair: IcePair): void {
    const remote = this.#remote
    const [local] = this.#local
    if (!remote || !local || pair.generation !== this.#generation) return
    const transaction = (this.#transactions += 1)
    pair.asked(transaction, this.#options.scheduler.now)
    this.#options.socket.send(pair.remote, {
      is: 'stun',
      type: 'request',
      transaction,
      username: `${remote.ufrag}:${local.ufrag}`,
      key: remote.pwd,
      ...(this.controlling && { nominate: true }),
    })
  }

  #become(state: RTCIceTransportState): void {
    if (this.state === state || this.state === 'closed') return
    this.state = state
    this.#options.onstate(state)
  }
}
