import { read, written, type Candidate } from '../transport/candidates.js'
import type { IceCredentials } from '../transport/ice-agent.js'
import { freshCredentials, someFingerprint, Transport } from '../transport/transport.js'
import type { Connection } from './connection.js'
import { fire } from './events.js'
import { foldConnection, foldIce } from './fold.js'
import { IceCandidate } from './ice-candidate.js'
import type { Description, Section } from './section.js'
import { DtlsTransport, IceTransport } from './transports.js'

/** The line whose transport the others use (RFC 9143 section 7.2): the first that is not rejected. */
export const taggedLine = (description: Description | undefined): Section | undefined =>
  description?.sections.find(({ mid }) => mid === description.bundle[0]) ??
  description?.sections.find(({ rejected }) => !rejected)

/** The one transport of a connection: everything is bundled. Its states reach the connection by tasks (webrtc-pc 5.6). */
export class Path {
  transport: Transport | undefined
  readonly fingerprint: string
  readonly iceTransport = new IceTransport(() => this.transport)
  readonly dtlsTransport = new DtlsTransport(this.iceTransport)
  iceConnectionState: RTCIceConnectionState = 'new'
  connectionState: RTCPeerConnectionState = 'new'
  iceGatheringState: RTCIceGatheringState = 'new'
  /** [[LocalIceCredentialsToReplace]] by their ufrags. */
  readonly #replace = new Set<string>()
  /** A restart was asked for when there was nothing to restart. */
  #restartsNothing = false
  #unused: IceCredentials | undefined
  /** Candidates of the far side that wait until its credentials are in use. */
  #waiting: { readonly candidate: Candidate; readonly ufrag: string }[] = []
  #gathered: string | undefined
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    this.fingerprint = someFingerprint(connection.place.random)
  }

  get restarting(): boolean {
    return this.#replace.size > 0 || this.#restartsNothing
  }

  /** restartIce() (webrtc-pc 4.4.2): all local credentials are to be replaced. */
  restart(): void {
    const { currentLocal, pendingLocal } = this.#connection.descriptions
    this.#replace.clear()
    for (const description of [currentLocal, pendingLocal]) {
      const ice = taggedLine(description)?.ice
      if (ice) this.#replace.add(ice.ufrag)
    }
    this.#restartsNothing = this.#replace.size === 0 && this.#connection.quirks.restartsNothing
  }

  /** `replaces`: an offer, which alone carries out restartIce() (webrtc-pc 4.4.2). The credentials for a description that is being made: fresh ones for the first, and for a restart (JSEP 5.2.1, 5.2.2). */
  credentials(restart: boolean, replaces = true): IceCredentials {
    const used = taggedLine(this.#connection.local)?.ice
    if (used && !restart && !(replaces && this.#replace.size > 0)) return used
    if (used || restart) return freshCredentials(this.#connection.place.random)
    return (this.#unused ??= freshCredentials(this.#connection.place.random))
  }

  /** The local candidates of a generation that were found so far. */
  candidates(ufrag: string | undefined): string[] {
    const all = this.transport?.candidates ?? []
    return all.filter((candidate) => candidate.ufrag === ufrag).map(written)
  }

  /** Whether an offered restart has to be answered by one (RFC 8445 section 9). */
  get remoteRestarts(): boolean {
    const { currentRemote, pendingRemote } = this.#connection.descriptions
    const before = taggedLine(currentRemote)?.ice
    const now = taggedLine(pendingRemote)?.ice
    return before !== undefined && now !== undefined && before.ufrag !== now.ufrag
  }

  /** A local description is set: gathering begins with new credentials (JSEP 5.9). */
  describe(description: Description): void {
    const ice = taggedLine(description)?.ice
    if (!ice) return
    this.transport ??= this.#made(description)
    this.transport.ice.setLocal(ice)
    if (ice.ufrag === this.#gathered) return
    this.#gathered = ice.ufrag
    this.#connection.queue(() => this.#gathering('gathering'))
    this.transport.gather(ice)
  }

  /** currentLocal is another: what was to be replaced may be (webrtc-pc 4.4.1.5). */
  settle(): void {
    const ice = taggedLine(this.#connection.descriptions.currentLocal)?.ice
    this.#restartsNothing = false
    if (ice && !this.#replace.has(ice.ufrag)) this.#replace.clear()
  }

  /** The local offer is taken back. */
  rollBack(pending: Description): void {
    const ufrag = taggedLine(pending)?.ice?.ufrag
    const kept = taggedLine(this.#connection.descriptions.currentLocal)?.ice?.ufrag
    if (!ufrag || !this.transport || ufrag === kept) return
    this.transport.ice.dropLocal(ufrag)
    if (kept === undefined || !this.#connection.quirks.gathersAfterRollback) this.#gathered = kept
    if (kept !== undefined) return
    this.transport.close(true)
    this.transport = undefined
    this.#unused = undefined
    this.#connection.queue(() => this.#gathering('new'))
  }

  /** An answer completes what the path needs: the far side's credentials, candidates, certificate, and who is DTLS client. */
  join(local: Description, remote: Description): void {
    const line = taggedLine(remote)
    const { transport } = this
    if (!transport || !line?.ice || !line.fingerprint) return
    transport.ice.setRemote(line.ice)
    this.#flush()
    // RFC 8842 section 5: who answers says active or passive.
    const answer = local.type === 'offer' ? line.setup : taggedLine(local)?.setup
    const answererIsClient = answer !== 'passive'
    transport.dtls.start((local.type === 'offer') === answererIsClient ? 'server' : 'client', line.fingerprint)
  }

  /** A remote description: its candidates outlive it, as long as its credentials do (JSEP 5.10, 4.1.19). */
  learn({ sections }: Description): void {
    for (const { ice, candidates } of sections) for (const one of candidates) this.#add(one, ice?.ufrag ?? '')
  }

  /** addIceCandidate, the administrative part: says whether it could be read. */
  add(line: string, ufrag: string): boolean {
    const known = this.#add(line, ufrag)
    this.#flush()
    return known
  }

  #add(line: string, ufrag: string): boolean {
    const candidate = read(line)
    if (candidate === undefined) return false
    if (candidate !== 'unusable') this.#waiting.push({ candidate, ufrag: candidate.ufrag ?? ufrag })
    return true
  }

  /** Candidates whose generation is in use go to the agent; those of an old one are dropped. */
  #flush(): void {
    const { currentRemote, pendingRemote } = this.#connection.descriptions
    const used = this.transport?.ice.remoteUfrag
    const known = new Set([currentRemote, pendingRemote].map((description) => taggedLine(description)?.ice?.ufrag))
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting)
      if (one.ufrag === used) this.transport?.ice.addRemote(one.candidate)
      else if (known.has(one.ufrag)) this.#waiting.push(one)
  }

  close(): void {
    this.transport?.close()
    this.iceConnectionState = 'closed'
    this.connectionState = 'closed'
    this.iceTransport.state = 'closed'
    this.dtlsTransport.state = 'closed'
  }

  /** The first who describes itself with an offer is in control (RFC 8445 section 6.1.1). */
  #made(description: Description): Transport {
    const connection = this.#connection
    const transport = new Transport(
      connection.place,
      {
        oncandidate: (candidate) => connection.queue(() => this.#found(transport, candidate)),
        onice: (state) => connection.queue(() => this.#ice(transport, state)),
        ondtls: (state) => connection.queue(() => this.#dtls(transport, state)),
        onsctp: (state) => connection.channels.associated(state),
        ondata: (stream, content) => connection.channels.receive(stream, content),
        onsent: (stream, bytes) => connection.channels.sent(stream, bytes),
        onmedia: (media) => connection.pump.receive(media),
      },
      this.fingerprint,
    )
    transport.ice.controlling = description.type === 'offer' || connection.remote?.lite === true
    return transport
  }

  #found(transport: Transport, candidate: Candidate | undefined): void {
    if (transport !== this.transport || (candidate && candidate.ufrag !== this.#gathered)) return
    const connection = this.#connection
    const line = taggedLine(connection.local)
    if (!line) return
    const init = { sdpMid: line.mid, sdpMLineIndex: connection.local?.sections.indexOf(line) ?? 0 }
    const tell = (text: string) =>
      connection.fire('icecandidate', {
        candidate: new IceCandidate({ ...init, candidate: text, usernameFragment: this.#gathered ?? null }),
        url: null,
      })
    if (candidate) return tell(written(candidate))
    // webrtc-pc 4.8.1: the end of a generation, then of gathering.
    if (connection.quirks.tellsEndOfCandidates) tell('')
    this.#gathering('complete')
  }

  /** webrtc-pc 4.8.1 "update the ICE gathering state": null comes behind the event. */
  #gathering(state: RTCIceGatheringState): void {
    if (this.iceGatheringState === state) return
    this.iceGatheringState = state
    this.iceTransport.gatheringState = state
    fire(this.iceTransport, 'gatheringstatechange')
    this.#connection.fire('icegatheringstatechange')
    if (state === 'complete') this.#connection.fire('icecandidate', { candidate: null, url: null })
  }

  /** webrtc-pc 5.6: the transport's event, then those of the connection. */
  #ice(transport: Transport, state: RTCIceTransportState): void {
    // One that a rollback has discarded is nobody's.
    if (transport !== this.transport) return
    const { quirks } = this.#connection
    const wasConnected = this.iceConnectionState !== 'checking' && this.iceConnectionState !== 'new'
    this.iceTransport.state = state
    fire(this.iceTransport, 'statechange')
    const shown = state === 'failed' && quirks.hidesIceFailure && wasConnected ? 'disconnected' : foldIce(state)
    const changed = shown !== this.iceConnectionState
    this.iceConnectionState = shown
    const folded = this.#fold()
    if (changed) this.#connection.fire('iceconnectionstatechange')
    if (folded) this.#connection.fire('connectionstatechange')
  }

  /** webrtc-pc 5.5. */
  #dtls(transport: Transport, state: RTCDtlsTransportState): void {
    if (transport !== this.transport) return
    this.dtlsTransport.state = state
    fire(this.dtlsTransport, 'statechange')
    if (this.#fold()) this.#connection.fire('connectionstatechange')
    this.#connection.pump.look()
  }

  #fold(): boolean {
    const state = foldConnection(this.iceTransport.state, this.dtlsTransport.state)
    if (state === this.connectionState) return false
    this.connectionState = state
    return true
  }
}
