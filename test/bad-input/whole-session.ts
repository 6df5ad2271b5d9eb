import { RealtimeError, RPC, type RealtimeSocket } from '../../src/index.js'
import type { Stage } from '../doubles/stage.js'

/** All that was heard of one session. */
export interface Heard {
  readonly socket: RealtimeSocket
  /** Codes of what was thrown, rejected or reported, as it came. */
  readonly told: string[]
  /** What was thrown or rejected and is no error of this library. */
  readonly untyped: unknown[]
  /** How the connect ended. */
  connected: string
  /** Position of the first call that belongs to the end of a track. */
  stopping: number
  /** Promises that were never settled. */
  readonly waiting: Set<string>
}

const session = (stage: Stage): Heard => {
  const heard: Heard = {
    socket: stage.socket(),
    told: [],
    untyped: [],
    connected: 'pending',
    stopping: Infinity,
    waiting: new Set(),
  }
  heard.socket.on('warning', ({ code }) => heard.told.push(code))
  return heard
}

const note = (heard: Heard, error: unknown): void => {
  if (error instanceof RealtimeError) heard.told.push(error.code)
  else heard.untyped.push(error)
}

/** What the caller of a call sees, whichever way it goes. */
const attempt = (heard: Heard, call: () => unknown): void => {
  try {
    call()
  } catch (error) {
    note(heard, error)
  }
}

const awaited = (heard: Heard, name: string, call: () => Promise<unknown>): void =>
  attempt(heard, () => {
    heard.waiting.add(name)
    call().then(
      () => heard.waiting.delete(name),
      (error: unknown) => {
        heard.waiting.delete(name)
        note(heard, error)
      },
    )
  })

const connect = (heard: Heard, stage: Stage): void => {
  heard.connected = 'pending'
  const { socket } = heard
  const config = stage.config({
    senders: [
      { name: 'mic', kind: 'audio', stream: stage.stream('audio') },
      { name: 'camera', kind: 'video', simulcast: true, maxBitrate: 1_000_000, preferredCodecs: ['VP9', 'VP8'] },
    ],
    receivers: { audio: 1, video: 1 },
    latencyMode: 'smooth-200',
    codecs: ['OPUS', 'VP8'],
  })
  socket.connect(stage.gateway, config).then(
    () => (heard.connected = 'resolved'),
    (error: unknown) => {
      heard.connected = error instanceof RealtimeError ? error.code : 'untyped'
      note(heard, error)
    },
  )
}

/** A round as an application does it: offer, its own request, answer. */
const roundByHand = (heard: Heard): void => {
  const { socket } = heard
  const rpc = new RPC(socket, { timeoutMs: 0 })
  const round = async () => {
    const { offer, meta } = await socket.generateOffer()
    const result = await rpc.request<object, { sdp: string }>('peer.updateSdp', meta)
    if (result.status) attempt(heard, () => socket.updateSdp(offer, result.data.sdp))
    else heard.told.push(result.error)
  }
  awaited(heard, 'round by hand', round)
}

/** What an application does in a session, one step after another; each waits until all is quiet. */
const STEPS: readonly ((heard: Heard, stage: Stage) => void)[] = [
  connect,
  ({ socket }, stage) => {
    // The first connect may have failed before it: then this is the wish of the next.
    socket.createSenderTrack({ name: 'screen', kind: 'video', stream: stage.stream('video') })
    socket.createReceiverTrack('guest', 'video').attach({ peer: 'bob', stream: 'camera' })
    socket.createReceiverTrack('second guest', 'video').attach({ peer: 'eve', stream: 'camera' }, { maxSpatial: 1 })
  },
  ({ socket }) => socket.receivers[0]?.stream.getTracks(),
  roundByHand,
  ({ socket }, stage) => socket.senders[0]?.replaceStream(stage.stream('audio')),
  ({ socket }) => socket.senders[0]?.replaceStream(null),
  ({ socket }, stage) => socket.senders[0]?.replaceStream(stage.stream('audio')),
  ({ socket }) => [...socket.senders, ...socket.receivers].forEach((track) => track.pause()),
  ({ socket }) => [...socket.senders, ...socket.receivers].forEach((track) => track.resume()),
  ({ socket }) => socket.send('hello'),
  (heard) => awaited(heard, 'getStats', () => heard.socket.getStats()),
  ({ socket }) => socket.receivers[0]?.limit({ maxSpatial: 0 }),
  (heard, stage) => {
    heard.stopping = stage.calls.log.length
    heard.socket.receivers[0]?.stop()
  },
  ({ socket }) => socket.senders[0]?.stop(),
]

/** One whole session up to its close. */
export const wholeSession = async (stage: Stage): Promise<Heard> => {
  const heard = session(stage)
  for (const step of STEPS) {
    attempt(heard, () => step(heard, stage))
    await stage.clock.quiet()
  }
  return heard
}

/** Connects again where it had failed. */
export const connectAgain = async (heard: Heard, stage: Stage): Promise<void> => {
  connect(heard, stage)
  await stage.clock.quiet()
}
