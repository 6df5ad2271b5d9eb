import type { Pair, Side } from './pair.js'

const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds in which nothing must have happened, after everything that was expected has. */
const STILL = 24
/** How long to wait for what is expected. What cannot come any more (a far side that gave up) is waited for once. */
const PATIENCE = 3_000

const ufrag = (description: RTCSessionDescription | null | undefined): string | undefined =>
  /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? '')?.[1]

const candidates = ({ pc }: Side): number => pc.remoteDescription?.sdp.match(/^a=candidate:/gm)?.length ?? 0

/** Whether each end has what the other describes itself with, and one knows where to find the other: they come together. */
const joined = ({ a, b }: Pair): boolean => {
  const answered = ({ pc }: Side) =>
    [pc.localDescription, pc.remoteDescription].some((one) => one?.type.endsWith('answer'))
  const mine = (one: Side, other: Side) => ufrag(one.pc.remoteDescription) === ufrag(other.pc.localDescription)
  const described = ufrag(a.pc.localDescription) !== undefined && answered(a) && answered(b)
  return described && mine(a, b) && mine(b, a) && candidates(a) + candidates(b) > 0
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

/** What was waited for in vain, by pair, and under which descriptions: others bring new hope. */
const hopeless = new WeakMap<Pair, string>()

/** Under what the ends try to come together. */
const terms = ({ a, b }: Pair): string =>
  [a, b].map((side) => [ufrag(side.pc.localDescription), ufrag(side.pc.remoteDescription), candidates(side)]).join(' ')

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
    const hope = waits && `${waits}, ${terms(pair)}`
    if (hope && hopeless.get(pair) !== hope) {
      if (still < PATIENCE) continue
      hopeless.set(pair, hope)
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
