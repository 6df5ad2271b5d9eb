import { browserHeaders, postJson } from './http.js'
import type { Size, Source } from '../tools/node-media.js'
import type { Sink } from './lab.js'
import type { Json, Run, Target } from './scenario.js'
import type { ConnectData, SenderInfo, WireAnswer, WireEvent } from './wire.js'

export interface SenderLine {
  kind: 'audio' | 'video'
  name: string
  uuid?: string
  size?: Size
  sendEncodings?: RTCRtpEncodingParameters[]
}

export interface JoinOptions {
  peer: string
  /** One sendonly m-line each, in this order. */
  senders?: SenderLine[]
  /** recvonly m-lines after them: audio first, then video. */
  receivers?: { audio?: number; video?: number }
  /** Members of the connect body beside the usual ones, or instead of them. */
  body?: Record<string, unknown>
  /** Changes the offer before it is applied and sent. */
  editOffer?: (sdp: string) => string
  /** Changes only what the server is shown of it. */
  editSent?: (sdp: string) => string
  editAnswer?: (sdp: string) => string | Promise<string>
  /** Runs before the offer is made, for transceivers that the options above cannot express. */
  prepare?: (peer: RawPeer) => void
  /** Default true: wait until the channel is open and answers. */
  open?: boolean
}

export const senderInfo = (line: SenderLine): SenderInfo => ({
  kind: line.kind,
  name: line.name,
  uuid: line.uuid ?? `uuid-${line.name}`,
  label: line.name,
})

export const unanswered = 'not answered'

/** Speaks the wire protocol with nothing of the engine in between: one peer connection, one channel, bare messages. */
export class RawPeer {
  readonly pc: RTCPeerConnection
  readonly channel: RTCDataChannel
  readonly events: WireEvent[] = []
  /** Every frame in both directions, as it was. */
  readonly transcript: { from: 'client' | 'server'; frame: Json | string }[] = []
  readonly answers: WireAnswer[] = []
  readonly senders = new Map<string, RTCRtpTransceiver>()
  readonly receivers = { audio: [] as RTCRtpTransceiver[], video: [] as RTCRtpTransceiver[] }
  connId = ''
  offer = ''
  /** The one of the connect request, after renegotiations too. */
  firstOffer = ''
  answer = ''
  response: ConnectData | undefined
  readonly #sources: Source[] = []
  readonly #sinks = new Map<RTCRtpTransceiver, Sink>()
  #nextId = 1

  constructor(
    readonly target: Target,
    readonly room: string,
    readonly peer: string,
  ) {
    this.pc = new target.lab.RTCPeerConnection({})
    this.channel = this.pc.createDataChannel('data', { ordered: true })
    this.channel.binaryType = 'arraybuffer'
    this.channel.addEventListener('message', ({ data }) => this.#receive(data))
  }

  static async join(target: Target, run: Run, options: JoinOptions) {
    const peer = new RawPeer(target, run.room, options.peer)
    run.defer(() => peer.leave())
    for (const line of options.senders ?? []) peer.addSender(line)
    for (let n = 0; n < (options.receivers?.audio ?? 0); n++) peer.addReceiver('audio')
    for (let n = 0; n < (options.receivers?.video ?? 0); n++) peer.addReceiver('video')
    options.prepare?.(peer)
    await peer.connect(options)
    return peer
  }

  addSender(line: SenderLine) {
    const source = line.kind === 'audio' ? this.target.lab.audioSource() : this.target.lab.videoSource(line.size)
    this.#sources.push(source)
    const init: RTCRtpTransceiverInit = { direction: 'sendonly' }
    if (line.sendEncodings) init.sendEncodings = line.sendEncodings
    const transceiver = this.pc.addTransceiver(source.track, init)
    this.senders.set(line.name, transceiver)
    return transceiver
  }

  addReceiver(kind: 'audio' | 'video') {
    const transceiver = this.pc.addTransceiver(kind, { direction: 'recvonly' })
    this.receivers[kind].push(transceiver)
    return transceiver
  }

  async makeOffer(options: { iceRestart?: boolean; editOffer?: (sdp: string) => string } = {}) {
    const offer = await this.pc.createOffer(options.iceRestart ? { iceRestart: true } : {})
    this.offer = (options.editOffer ?? ((sdp) => sdp))(offer.sdp ?? '')
    await this.pc.setLocalDescription({ type: 'offer', sdp: this.offer })
  }

  async connect({
    senders = [],
    receivers = {},
    body = {},
    editOffer,
    editSent,
    editAnswer,
    open = true,
  }: JoinOptions) {
    await this.makeOffer(editOffer ? { editOffer } : {})
    this.firstOffer = this.offer
    const answer = await postJson(this.target, `${this.target.url}/webrtc/connect`, {
      room: this.room,
      peer: this.peer,
      token: this.target.token(this.room, this.peer),
      sdp: editSent ? editSent(this.offer) : this.offer,
      senders: senders.map(senderInfo),
      receivers: { audio: receivers.audio ?? 0, video: receivers.video ?? 0 },
      ...body,
    })
    const data = answer.status === 200 ? (JSON.parse(answer.body) as { data?: ConnectData }).data : undefined
    if (!data) throw new Error(`connect of ${this.peer} was refused: ${answer.status} ${answer.body}`)
    this.response = data
    this.connId = data.conn_id
    await this.apply(editAnswer ? await editAnswer(data.sdp) : data.sdp)
    if (!open) return
    if (!(await this.until(() => this.channel.readyState === 'open', 8000)))
      throw new Error(`the channel of ${this.peer} did not open: ${this.pc.connectionState}`)
    await this.ping()
  }

  async apply(sdp: string) {
    this.answer = sdp
    await this.pc.setRemoteDescription({ type: 'answer', sdp })
  }

  #receive(data: unknown) {
    const text = typeof data === 'string' ? data : `binary: ${(data as ArrayBuffer).byteLength} bytes`
    const frame = typeof data === 'string' ? (JSON.parse(text) as WireAnswer | WireEvent) : undefined
    this.transcript.push({ from: 'server', frame: (frame as Json | undefined) ?? text })
    if (frame?.type === 'answer') this.answers.push(frame)
    if (frame?.type === 'event') this.events.push(frame)
  }

  send(frame: string | Uint8Array) {
    this.transcript.push({
      from: 'client',
      frame: typeof frame === 'string' ? frame : `binary: ${frame.byteLength} bytes`,
    })
    this.channel.send(frame as string)
  }

  /** A request whose answer is awaited; undefined when none came in time. */
  async request(method: string, data?: unknown, ms = 5000): Promise<WireAnswer | undefined> {
    const id = this.#nextId++
    this.send(JSON.stringify({ type: 'request', req_id: id, request: method, ...(data === undefined ? {} : { data }) }))
    const find = () => this.answers.find((answer) => answer.req_id === id)
    await this.until(() => find() !== undefined, ms)
    return find()
  }

  /** The one request that is answered in every mode: nobody has this name. */
  async ping() {
    const answer = await this.request('room.unsubscribe', { peer: 'nobody-has-this-name' })
    if (!answer) throw new Error(`${this.peer}: the liveness ping was not answered`)
    return answer
  }

  /**
   * What came back for these frames, or that nothing did: answers come in order, so once two later pings are answered
   * nothing is on its way any more.
   */
  async answersTo(...frames: (string | Uint8Array)[]): Promise<WireAnswer[]> {
    const before = this.answers.length
    for (const frame of frames) this.send(frame)
    const pings = new Set([await this.ping(), await this.ping()])
    return this.answers.slice(before).filter((answer) => !pings.has(answer))
  }

  /** One request by content; `not answered` or the answer without its id. */
  async ask(method: string, data?: unknown): Promise<Json> {
    const id = this.#nextId++
    const body = { type: 'request', req_id: id, request: method, ...(data === undefined ? {} : { data }) }
    const answers = await this.answersTo(JSON.stringify(body))
    const answer = answers.find(({ req_id }) => req_id === id)
    return answer ? { success: answer.success, data: answer.data } : unanswered
  }

  /** One round of renegotiation. `senders` are the entries for the body. */
  async renegotiate(
    senders: SenderInfo[] = [],
    options: { iceRestart?: boolean; editOffer?: (sdp: string) => string } = {},
  ) {
    await this.makeOffer(options)
    const receivers = { audio: this.receivers.audio.length, video: this.receivers.video.length }
    const answer = await this.request('peer.updateSdp', { sdp: this.offer, senders, receivers })
    const sdp = (answer?.data as { sdp?: string } | null | undefined)?.sdp
    if (answer?.success && sdp) await this.apply(sdp)
    return answer
  }

  /** Resolves with whether it came true in time. Looks at every turn of a short timer; nothing depends on its period. */
  async until(test: () => boolean, ms = 5000) {
    const { lab } = this.target
    for (const deadline = lab.now() + ms; !test();) {
      if (lab.now() > deadline) return false
      await lab.pause(5)
    }
    return true
  }

  saw(event: string, name: string, state?: string) {
    return this.events.some(
      ({ event: one, data }) =>
        one === event && (data.stream ?? data.peer) === name && (!state || data.state?.state === state),
    )
  }

  sink(transceiver: RTCRtpTransceiver) {
    const { track } = transceiver.receiver
    const sink =
      this.#sinks.get(transceiver) ?? this.target.lab[track.kind === 'audio' ? 'audioSink' : 'videoSink'](track)
    this.#sinks.set(transceiver, sink)
    return sink
  }

  /** 200 while the server holds the session, 400 afterwards; works without any media path. */
  async probe() {
    const { status } = await postJson(this.target, `${this.target.url}/webrtc/ice_remote`, {
      conn_id: this.connId,
      candidate: '',
    })
    return status
  }

  async delete() {
    const answer = await this.target.lab.http(`${this.target.url}/webrtc/conn/${this.connId}`, {
      method: 'DELETE',
      headers: { 'user-agent': browserHeaders['user-agent'] },
    })
    return answer.status
  }

  /** Leaves the way a page that is closed does. */
  close() {
    for (const sink of this.#sinks.values()) sink.stop()
    for (const source of this.#sources) source.stop()
    this.#sinks.clear()
    this.pc.close()
  }

  /** Leaves nothing behind on the server, whatever state the session is in. */
  async leave() {
    if (this.connId) await this.delete()
    this.close()
  }
}
