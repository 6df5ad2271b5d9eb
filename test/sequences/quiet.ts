import type { Pair, Side } from './pair.js'

const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds in which nothing must have happened, after everything that was expected has. */
const STILL = 24
/** How long to wait for what is expected. What cannot come any more (a far side that gave up) is waited for once. */
const PATIENCE = 3_000

/** How two ends describe themselves. Each description that is read takes a turn of the stack's threads: read once a look. */
const describedIn = ({ a, b }: Pair) => {
  const [ofA, ofB] = [a, b].map(({ pc }) => {
    const { localDescription, remoteDescription } = pc
    return {
      local: ufrag(localDescription),
      remote: ufrag(remoteDescription),
      answered: [localDescription, remoteDescription].some((one) => one?.type.endsWith('answer')),
      candidates: remoteDescription?.sdp.match(/^a=candidate:/gm)?.length ?? 0,
    }
  })
  return [ofA!, ofB!] as const
}

type Described = ReturnType<typeof describedIn>

const ufrag = (description: RTCSessionDescription | null | undefined): string | undefined =>
  /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? '')?.[1]

/** Whether each end has what the other describes itself with, and one knows where to find the other: they come together. */
const joined = ([a, b]: Described): boolean => {
  const described = a.local !== undefined && a.answered && b.answered
  return described && a.remote === b.local && b.remote === a.local && a.candidates + b.candidates > 0
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
const expected = (pair: Pair, described: Described): string => {
  const { a, b } = pair
  const awaited: string[] = []
  const comeTogether = !a.closed && !b.closed && joined(described)
  for (const { pc, name, closed } of [a, b]) {
    if (closed) continue
    if (pc.iceGatheringState === 'gathering') awaited.push(`${name} gathers`)
    if (comeTogether) {
      if (pc.connectionState !== 'connected') awaited.push(`${name} is not connected`)
      const wanted = /^m=application [1-9]/m.test(pc.currentLocalDescription?.sdp ?? '')
      if (wanted && pc.sctp?.state !== 'connected') awaited.push(`${name} is not associated`)
    }
  }
  if (!a.closed && !b.closed && !channelsAtRest(pair)) awaited.push('channels')
  return awaited.join(', ')
}

const fingerprint = ({ a, b }: Pair, described: Described): string =>
  JSON.stringify([
    described.map(({ local, remote }) => [local, remote]),
    ...[a, b].map(({ pc, channels, count }) => [
      count,
      pc.signalingState,
      pc.iceGatheringState,
      pc.iceConnectionState,
      pc.connectionState,
      pc.getTransceivers().map(({ mid, currentDirection }) => [mid, currentDirection]),
      channels.map(({ readyState, id, bufferedAmount }) => [readyState, id, bufferedAmount]),
    ]),
  ])

/** What was waited for in vain, by pair, and under which descriptions: others bring new hope. */
const hopeless = new WeakMap<Pair, string>()

/** Under what the ends try to come together. */
const terms = (described: Described): string =>
  described.map(({ local, remote, candidates }) => [local, remote, candidates]).join(' ')

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
  let next = STILL
  for (;;) {
    await turn(STILL / 3)
    // Reading states takes a turn of the stack's threads each: only once nothing is told any more.
    if (a.count + b.count !== heard) {
      heard = a.count + b.count
      since = performance.now()
      next = STILL
    }
    const still = performance.now() - since
    if (still < next) continue
    const described = describedIn(pair)
    const waits = expected(pair, described)
    const hope = waits && `${waits}, ${terms(described)}`
    if (hope && hopeless.get(pair) !== hope) {
      // Most of what is expected is told: the longer nothing is, the more seldom it is looked for.
      next = still * 1.5
      if (still < PATIENCE) continue
      hopeless.set(pair, hope)
    }
    const before = fingerprint(pair, described)
    await flushed(pair)
    if (fingerprint(pair, describedIn(pair)) === before) return
    since = performance.now()
    next = STILL
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
