import type { ReceiverTrack } from '../../src/index.js'
import type { Life } from '../life.js'
import type { Party } from '../party.js'
import type { Scene } from './types.js'

/** A receiver that should play. */
interface Expected {
  readonly what: string
  readonly track: object | undefined
  readonly packets: number
}

const isLive = ({ socket, closed, gone }: Life): boolean => !closed && !gone && socket.peerState === 'connected'

const canSend = ({ socket, wanted }: Life, stream: string, kind: string): boolean => {
  const track = socket.senders.find(({ info }) => info.name === stream && info.kind === kind)
  const { paused, overruled } = wanted
  if (track?.getTrack()?.readyState !== 'live' || paused.has(stream) || overruled.has(stream)) return false
  // In manual mode a line is negotiated when the application does a round.
  return track.state.startsWith('live')
}

const shows = ({ life }: Party, receiver: ReceiverTrack, from: Party): boolean => {
  const source = life.wanted.attached.get(receiver.uuid)
  if (!source || life.wanted.paused.has(receiver.uuid) || !receiver.state.startsWith('live')) return false
  return source.peer === from.name && canSend(from.life, source.stream, receiver.info.kind)
}

/** The receivers that should play now: attached to a stream that is sent, at the same gateway; rooms are a gateway's own. */
const expectedMedia = ({ parties }: Scene): Expected[] =>
  parties.flatMap((party) => {
    const from = parties.find(({ name }) => name === party.other)
    if (!from || !isLive(party.life) || !isLive(from.life)) return []
    if (party.life.connector.url !== from.life.connector.url) return []
    return party.life.socket.receivers
      .filter((receiver) => shows(party, receiver, from))
      .map((receiver) => ({
        what: `${party.name}'s ${receiver.uuid} of ${from.name}: ${receiver.state}`,
        track: receiver.getTrack(),
        packets: party.device.received(receiver.getTrack())?.packets ?? 0,
      }))
  })

/** Notes what comes in on the receivers that should play, each time it is asked. */
export class Media {
  /** By the track: a new session has new ones. */
  readonly #first = new WeakMap<object, number>()

  constructor(private readonly scene: Scene) {}

  /** What should play, and on whose track nothing came in since this was asked first. */
  get silent(): string[] {
    return expectedMedia(this.scene).flatMap(({ what, track, packets }) => {
      if (!track) return [`${what}, no track`]
      const first = this.#first.get(track)
      if (first === undefined) this.#first.set(track, packets)
      return first !== undefined && packets > first ? [] : [what]
    })
  }
}
