import type { ConnectBody, SenderInfo } from '../messages.js'
import type { GatewaySettings } from '../options.js'
import { devSaid } from '../rooms/events.js'
import { announcesItself, type Room } from '../rooms/room.js'
import type { RoomRegistry } from '../rooms/registry.js'
import { isNegotiable, type Offer, parseOffer } from '../sdp/offer.js'
import { receiverLine } from '../media/receiver-line.js'
import { senderLine } from '../media/sender-line.js'
import { relayPictureLoss } from '../workarounds/relay-picture-loss.js'
import { skipFinishedRecord } from '../workarounds/skip-finished-record.js'
import { steerByRemb } from '../workarounds/steer-by-remb.js'
import { watchSilence } from '../workarounds/watch-silence.js'
import { sessionChannels } from './channels.js'
import { devHandlers } from './dev-requests.js'
import { type LineChange, lineBook } from './lines.js'
import { mediaPeer } from './media-peer.js'
import { parkedRequests } from './parked.js'
import { publications } from './publications.js'
import { handlers, requestQueue, type UpdateSdpOutcome } from './requests.js'
import { senderQueue } from './sender-queue.js'

export type EndReason =
  | 'closed by client'
  | 'DELETE'
  | 'kicked'
  | 'not established'
  | 'no channel'
  | 'silent'
  | 'panicked'
  | 'gateway closed'

export interface SessionInput {
  readonly connId: string
  readonly body: ConnectBody
  readonly settings: GatewaySettings
  readonly rooms: RoomRegistry
  readonly isSimulcast: (peer: string, stream: string) => boolean
  readonly reroute: (sdp: string) => Promise<string>
  readonly onEnded: (reason: EndReason) => void
}

const now = (): number => performance.now()
const panicDelayMs = 20

/** One client: its connection, its lines, its requests, its place in the room. Begins with `start`, ends once with `end`. */
export const createSession = (input: SessionInput) => {
  const { connId, body, settings, rooms, isSimulcast, reroute, onEnded } = input
  const { peer, room: roomName } = body
  const { timers, log } = settings
  const room: Room = rooms.enter(roomName)
  const pubScope = body.pub_scope ?? 'Full'
  const stops: (() => void)[] = []
  const parked = parkedRequests()
  const queue = senderQueue()
  const published = publications(rooms, room, roomName, peer)
  /** Names and ids that ever had a line: a request for a line that died is not parked but lost. */
  const senderNames = new Set<string>()
  const receiverIds = new Set<string>()
  let watching: ReturnType<Room['watch']> | undefined
  let stopWaitingForChannel: (() => void) | undefined
  let silence: ReturnType<typeof watchSilence> | undefined
  let ended: EndReason | undefined

  const media = mediaPeer({ host: settings.host, now, onHeard: () => silence?.heard(), reroute })
  const { pc } = media

  const end = (reason: EndReason): void => {
    if (ended) return
    ended = reason
    log(`session ${peer}@${roomName} ended: ${reason}`)
    for (const stop of stops) stop()
    parked.clear()
    for (const line of lines.all()) if (line.role === 'receiver') line.disconnect()
    published.end()
    watching?.leave()
    if (announcesItself(pubScope)) room.removePeer(peer)
    room.removeStreamsOf(peer)
    rooms.tidy(roomName)
    // nothing is left to report to: the sockets are closing either way
    media.close().catch((error: unknown) => log(`closing ${peer}@${roomName}: ${String(error)}`))
    onEnded(reason)
  }

  const deadline = (ms: number, reason: EndReason): (() => void) => {
    const timer = setTimeout(() => end(reason), ms)
    const stop = (): void => clearTimeout(timer)
    stops.push(stop)
    return stop
  }

  const lines = lineBook({
    sender: (line, kind) => {
      const transceiver = transceiverFor(line.mid)
      return senderLine(kind, line.mid, line.simulcast, transceiver, media.uriOf, now)
    },
    receiver: (line, kind, id) => {
      const transceiver = transceiverFor(line.mid)
      transceiver.setDirection('sendonly')
      return receiverLine(kind, line.mid, id, transceiver, rooms.exchange, roomName, now)
    },
  })

  const transceiverFor = (mid: string) => {
    const transceiver = media.transceiverOf(mid)
    if (!transceiver) throw new Error(`no transceiver for mid ${mid}`)
    return transceiver
  }

  const settle = (change: LineChange): void => {
    if (change.type === 'sender added') {
      const name = queue.take(change.line.kind)
      if (name !== undefined && published.add(name, change.line)) parked.release(`sender ${name}`)
      if (name !== undefined) senderNames.add(name)
    } else if (change.type === 'receiver added') {
      receiverIds.add(change.line.id)
      parked.release(`receiver ${change.line.id}`)
    } else if (change.line.role === 'sender') published.remove(change.line)
    else change.line.disconnect()
  }

  const negotiate = async (offer: Offer, senders: readonly SenderInfo[]): Promise<string> => {
    let changes: LineChange[] = []
    const sdp = await media.negotiate(offer, () => {
      changes = lines.apply(offer.media)
    })
    queue.announce(senders)
    for (const change of changes) settle(change)
    return sdp
  }

  const updateSdp = async (sdp: string, senders: readonly SenderInfo[]): Promise<UpdateSdpOutcome> => {
    const offer = parseOffer(sdp)
    if (!offer) return 'no answer'
    if (!isNegotiable(offer)) return 'refused'
    try {
      return { sdp: await negotiate(offer, senders) }
    } catch (error) {
      log(`offer of ${peer}@${roomName} refused: ${String(error)}`)
      return 'refused'
    }
  }

  const channels = sessionChannels(pc, {
    onOpen: () => stopWaitingForChannel?.(),
    // what an ended session is sent gets no answer of any kind
    onMessage: (message) => ended !== undefined || requests.take(message),
    onClosed: () => end('closed by client'),
    echoes: settings.devExtensions,
  })

  const requests = requestQueue(
    settings.devExtensions ? { ...handlers, ...devHandlers } : handlers,
    {
      mixMinus: body.mix_minus_audio ?? 'Disabled',
      withReceiver: (id, act) => {
        const find = () => lines.all().find((line) => line.role === 'receiver' && line.id === id)
        const run = (): void => {
          const line = find()
          if (line?.role === 'receiver') act(line)
        }
        if (receiverIds.has(id)) run()
        else parked.park(`receiver ${id}`, run)
      },
      withSender: (name, act) => {
        if (senderNames.has(name)) act()
        else parked.park(`sender ${name}`, act)
      },
      toggle: published.toggle,
      subscribe: (name) => watching?.subscribe(name) ?? false,
      unsubscribe: (name) => watching?.unsubscribe(name) ?? false,
      say: (data) => room.tellOthers(peer, devSaid(peer, data)),
      isSimulcast: (ref) => isSimulcast(ref.peer, ref.stream),
      updateSdp,
      close: () => end('closed by client'),
      panicSoon: () => void deadline(panicDelayMs, 'panicked'),
      onError: (request, error) => log(`${request} of ${peer}@${roomName}: ${String(error)}`),
    },
    (message) => {
      if (!ended) channels.send(message)
    },
  )

  const onTransportUp = (stopWaiting: () => void): void => {
    if (ended) return
    stopWaiting()
    if (!channels.isOpen()) stopWaitingForChannel = deadline(timers.channel, 'no channel')
    room.setPeer(peer, 'Connected')
    silence = watchSilence(
      [
        { ms: timers.reconnecting, act: () => room.setPeer(peer, 'Reconnecting') },
        { ms: timers.silence, act: () => end('silent') },
      ],
      () => room.setPeer(peer, 'Connected'),
    )
    stops.push(silence.stop)
  }

  const watchTransport = (): void => {
    const transport = media.transport()
    if (!transport) return
    skipFinishedRecord(transport)
    const stopWaiting = deadline(timers.establish, 'not established')
    transport.onStateChange.subscribe((state) => {
      if (state === 'connected') onTransportUp(stopWaiting)
      // the client's DTLS alert, on an orderly close of its connection
      if (state === 'closed') end('closed by client')
    })
    relayPictureLoss(transport, (ssrc) => {
      for (const line of lines.all()) if (line.role === 'receiver' && line.ssrc === ssrc) line.requestKeyFrame()
    })
    const videoSources = (): number[] =>
      lines.all().flatMap((line) => (line.role === 'sender' && line.kind === 'video' ? line.ssrcs() : []))
    stops.push(steerByRemb(transport, settings.maxBitrate, videoSources))
  }

  return {
    connId,
    peer,
    room: roomName,
    end,
    closeChannel: channels.closeAlone,
    updateSdp,
    /** The answer to the first offer. Rejects when the offer cannot be applied; the caller then ends the session. */
    start: async (offer: Offer): Promise<string> => {
      const answer = await negotiate(offer, body.senders)
      if (ended) throw new Error(`${ended} while its offer was applied`)
      if (announcesItself(pubScope)) room.setPeer(peer, 'New')
      watching = room.watch({ peer, subScope: body.sub_scope ?? 'Full', tell: (event) => channels.send(event) })
      watchTransport()
      return answer
    },
    isSimulcastStream: (stream: string): boolean =>
      lines.all().some((line) => line.role === 'sender' && line.simulcast && published.nameOf(line) === stream),
    facts: () => ({
      connId,
      room: roomName,
      peer,
      transport: media.transport()?.state ?? 'new',
      channelOpen: channels.isOpen(),
      silentForMs: silence?.silentFor() ?? 0,
      senders: lines.all().flatMap((line) => {
        if (line.role !== 'sender') return []
        const name = published.nameOf(line) ?? null
        const active = name !== null && published.isActive(name)
        return [{ kind: line.kind, mid: line.mid, name, active, packets: line.packets() }]
      }),
      receivers: lines.all().flatMap((line) => {
        if (line.role !== 'receiver') return []
        const { kind, mid, id } = line
        return [{ kind, mid, id, remote: line.remote() ?? null, limit: line.limit() ?? null, packets: line.packets() }]
      }),
    }),
  }
}

export type Session = ReturnType<typeof createSession>
export type SessionFacts = ReturnType<Session['facts']>
