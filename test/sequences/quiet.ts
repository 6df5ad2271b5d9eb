import type { Pair, Side } from './pair.js'

const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds in which nothing must have happened, after everything that was expected has. */
const STILL = 24
/** How long to wait for what is expected. What cannot come any more (a far side that gave up) is waited for once. */
const PATIENCE = 3_000
/** Where one end is connected already: it happens that the checks of the other come only with a later round of them. */
const PATIENCE_HALFWAY = 6_000

const ufrag = (description: RTCSessionDescription | null | undefined): string | undefined =>
  /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? '')?.[1]

/** Whether each end has what the other describes itself with: then they come together. */
const joined = ({ a, b }: Pair): boolean => {
  const answered = ({ pc }: Side) =>
    [pc.localDescription, pc.remoteDescription].some((one) => one?.type.endsWith('answer'))
  const mine = (one: Side, other: Side) => ufrag(one.pc.remoteDescription) === ufrag(other.pc.localDescription)
  return ufrag(a.pc.localDescription) !== undefined && answered(a) && answered(b) && mine(a, b) && mine(b, a)
}

/** Whether the channels of both ends are where they are going: those of one are known to the other, none is moving. */
const channelsAtRest = ({ a, b }: Pair): boolean => {
  const usable = [a, b].every(({ pc }) => pc.sctp?.state === 'connected')
  // What both have made by themselves is told to nobody.
  const isTold = ({ label, readyState }: RTCDataChannel, other: Side) =>
    label.startsWith('n') || readyState !== 'open' || other.channels.some((its) => its.label === label)
  const moves = ({ readyState, bufferedAmount }: RTCDataChannel) =>
    readyState === 'closing' || (usable && (readyState === 'connecting' || bufferedAmount > 0))
  if ([...a.channels, ...b.channels].some(moves)) return false
  return !usable || (a.channels.every((one) => isTold(one, b)) && b.channels.every((one) => isTold(one, a)))
}

/** What is expected and has not happened yet. */
const expected = (pair: Pair): string => {
  const { a, b } = pair
  const awaited: string[] = []
  for (const { pc, name, closed } of [a, b]) {
    if (closed) continue
    if (pc.iceGatheringState === 'gathering') awaited.push(`${name} gathers`)
    if (joined(pair) && !a.closed && !b.closed) {
      if (pc.connectionState !== 'connected') awaited.push(`${name} is not connected`)
      const wanted = /^m=application [1-9]/m.test(pc.currentLocalDescription?.sdp ?? '')
      if (wanted && pc.sctp?.state !== 'connected') awaited.push(`${name} is not associated`)
    }
  }
  if (!a.closed && !b.closed && !channelsAtRest(pair)) awaited.push('channels')
  return awaited.join(', ')
}

const fingerprint = ({ a, b }: Pair): string =>
  JSON.stringify(
    [a, b].map(({ pc, channels, count }) => [
      count,
      pc.signalingState,
      pc.iceGatheringState,
      pc.iceConnectionState,
      pc.connectionState,
      pc.getTransceivers().map(({ mid, currentDirection }) => [mid, currentDirection]),
      channels.map(({ readyState, id, bufferedAmount }) => [readyState, id, bufferedAmount]),
      ufrag(pc.localDescription),
      ufrag(pc.remoteDescription),
    ]),
  )

/** One end of two that are about to come together has done so. */
const isHalfway = (pair: Pair): boolean =>
  joined(pair) && [pair.a, pair.b].some(({ pc }) => /connected|completed/.test(pc.iceConnectionState))

/** What was waited for in vain, by pair. */
const hopeless = new WeakMap<Pair, string>()

/** All that the threads of the stack have done so far is known to the script. */
const flushed = async ({ a, b }: Pair): Promise<void> => {
  const open = [a, b].filter(({ pc }) => pc.signalingState !== 'closed')
  await Promise.all(open.map(({ pc }) => pc.getStats().catch(() => {})))
  await turn()
}

/** Waits on a real stack until nothing is under way: what is expected has happened, and then nothing more did. */
export const quiet = async (pair: Pair): Promise<void> => {
  const { a, b } = pair
  let heard = -1
  let since = performance.now()
  for (;;) {
    await turn(STILL / 3)
    // Reading states takes a turn of the stack's threads each: only once nothing is told any more.
    if (a.count + b.count !== heard) {
      heard = a.count + b.count
      since = performance.now()
    }
    const still = performance.now() - since
    if (still < STILL) continue
    const waits = expected(pair)
    if (waits && hopeless.get(pair) !== waits) {
      if (still < (isHalfway(pair) ? PATIENCE_HALFWAY : PATIENCE)) continue
      hopeless.set(pair, waits)
    }
    const before = fingerprint(pair)
    await flushed(pair)
    if (fingerprint(pair) === before) return
    since = performance.now()
  }
}

/** Waits for a promise on a real stack: what is under way when its connection closes never settles. */
export const settled = async <T>(promise: Promise<T>, pair: Pair): Promise<T | undefined> => {
  const waited: { over: boolean; value?: T } = { over: false }
  const noted = promise.then((value) => void Object.assign(waited, { over: true, value }))
  const start = performance.now()
  const closed = () => pair.a.closed || pair.b.closed
  // Ordinary answers take some milliseconds.
  while (!waited.over && !closed() && performance.now() - start < 2 * PATIENCE) await Promise.race([noted, turn(STILL)])
  if (waited.over) return waited.value
  await flushed(pair)
  await Promise.race([noted, turn(STILL)])
  return waited.value
}
