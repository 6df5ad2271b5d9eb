import type { Connection } from './connection.js'
import { fire } from './events.js'
import type { Msid } from './section.js'
import { Stream } from './stream.js'
import type { Track } from './track.js'
import type { Transceiver } from './transceiver.js'

/** What setting a description brings about, to be told in the order of the specification once it is set. */
export class Effects {
  readonly #muted: Track[] = []
  readonly #left: [Stream, Track][] = []
  readonly #entered: [Stream, Track][] = []
  readonly #tracks: Transceiver[] = []
  /** How many (stream, track) pairs were added so far. */
  get added(): number {
    return this.#entered.length
  }

  /** "Process the removal of a remote track" (webrtc-pc 5.1.2), first steps. */
  mute(track: Track): void {
    this.#muted.push(track)
  }

  leave(stream: Stream, track: Track): void {
    this.#left.push([stream, track])
  }

  enter(stream: Stream, track: Track): void {
    this.#entered.push([stream, track])
  }

  track(transceiver: Transceiver): void {
    this.#tracks.push(transceiver)
  }

  /** The last steps of 4.4.1.5: mute, leave, enter, `track`. A handler that closes the connection ends it. */
  tell(connection: Connection): void {
    const open = <T>(all: readonly T[], tell: (one: T) => void) => {
      for (const one of all) if (!connection.closed) tell(one)
    }
    open(this.#muted, (track) => track.setMuted(true))
    const { tellsOfStreams, tracksByTransceiver, forgetsEmptyStreams } = connection.quirks
    open(this.#left, ([stream, track]) => stream.leave(track, tellsOfStreams))
    open(this.#entered, ([stream, track]) => stream.enter(track, tellsOfStreams))
    if (forgetsEmptyStreams) forgetStreams(connection)
    const place = (transceiver: Transceiver) => connection.transceivers.indexOf(transceiver)
    if (tracksByTransceiver) this.#tracks.sort((one, other) => place(one) - place(other))
    open(this.#tracks, (transceiver) => {
      const { receiver } = transceiver
      const streams = [...receiver.streams]
      fire(connection.target, 'track', { receiver, track: receiver.track, streams, transceiver })
    })
  }
}

/** Streams in which nothing is left: another that the far side names so is another one. */
const forgetStreams = ({ remoteStreams, transceivers }: Connection): void => {
  for (const [id, stream] of remoteStreams)
    if (!transceivers.some(({ receiver }) => receiver.streams.includes(stream))) remoteStreams.delete(id)
}

/** The stream of this id that the far side's tracks are in: made when it is first named. */
const streamOf = (connection: Connection, id: string): Stream => {
  const stream = connection.remoteStreams.get(id) ?? new Stream(id)
  connection.remoteStreams.set(id, stream)
  return stream
}

/** "Set the associated remote streams" (webrtc-pc 5.1.2). */
export const associate = (
  connection: Connection,
  { receiver }: Transceiver,
  msids: readonly Pick<Msid, 'stream'>[],
  effects: Effects,
): void => {
  const ids = new Set(msids.map(({ stream }) => stream).filter((stream) => stream !== '-'))
  const streams = [...ids].map((id) => streamOf(connection, id))
  for (const stream of receiver.streams) if (!streams.includes(stream)) effects.leave(stream, receiver.track)
  for (const stream of streams) if (!receiver.streams.includes(stream)) effects.enter(stream, receiver.track)
  receiver.streams = streams
}

/** "Process the removal of a remote track" (webrtc-pc 5.1.2). */
export const removeRemote = (connection: Connection, transceiver: Transceiver, effects: Effects): void => {
  associate(connection, transceiver, [], effects)
  if (!transceiver.receiver.track.muted) effects.mute(transceiver.receiver.track)
}
