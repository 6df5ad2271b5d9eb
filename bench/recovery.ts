import { inChild } from './child.js'
import type { bad, Cut, drop, kill } from './recovery-core.js'
import type { RecoveryOrder } from './recovery-rounds.js'
import { badInVirtualTime } from './recovery-simulated.js'
import { median, rounded } from './statistics.js'

const BARS = {
  suspectMs: 1_500,
  disconnectedMs: 2_500,
  dropOverConnectMs: 3_000,
  iceMs: 300,
  queuedMs: 600,
  mediaMs: 800,
  killRatio: 1.25,
  channelMs: 50,
  falseAlarms: 0,
}

/** Sessions that share a process: they wait most of the time. */
const AT_ONCE = 5
/** Where it was in the 33 ms of a camera decides as much as the engine: of kills there are so many times more. */
const KILLS = 2
const DEAD_MS = 4_000
const LOSS_MS = 60_000
const VIRTUAL_MS = 600_000

/** For comparison: read off its source and its documentation, not measured here. */
const OTHERS = [
  'livekit-client (not measured here): a resume never takes under 2,000 ms',
  'livekit-client (not measured here): a loss is noticed after up to 15 s',
  'livekit-client (not measured here): 10 resumes and no restart when the server is gone',
]

interface Row {
  readonly figure: string
  /** How many it was measured of. */
  readonly n: number
  readonly median: number
  readonly worst: number
  /** The median is not above it; absent where it is only shown. */
  readonly bar?: number
  readonly passed: boolean
}

const row = (figure: string, values: readonly number[], bar?: number): Row => {
  const middle = rounded(median(values))
  const passed = bar === undefined || (values.length > 0 && middle <= bar)
  const worst = rounded(Math.max(...values))
  return { figure, n: values.length, median: middle, worst, ...(bar !== undefined && { bar }), passed }
}

const total = (figure: string, values: readonly number[], bar?: number): Row => {
  const sum = values.reduce((all, value) => all + value, 0)
  const passed = bar === undefined || (values.length > 0 && sum <= bar)
  return { figure, n: values.length, median: sum, worst: sum, ...(bar !== undefined && { bar }), passed }
}

const run = async <T>(order: RecoveryOrder, module = 'recovery-child.ts'): Promise<T[]> =>
  inChild<RecoveryOrder, T[]>(module, order)

/** In Node, or in a page of Chromium. */
const cuts = async (seconds: number, rounds: number, chromium = false): Promise<Row[]> => {
  const order = { part: 'cut', ms: seconds * 1_000, rounds, atOnce: AT_ONCE } as const
  const all = await run<Cut>(order, chromium ? 'recovery-chromium-child.ts' : undefined)
  const of = (what: 'suspectMs' | 'disconnectedMs' | 'iceMs' | 'queuedMs' | 'mediaMs') =>
    all.map((one) => one[what]).filter((value) => value !== undefined)
  const name = `${chromium ? 'Chromium, ' : ''}cut of ${seconds} s`
  return [
    row(`${name}: path dead to suspect, ms`, of('suspectMs'), BARS.suspectMs),
    row(`${name}: path dead to disconnected told, ms`, of('disconnectedMs'), BARS.disconnectedMs),
    // A stack that has not said anything else needs no time; a short cut is not noticed by each.
    ...(of('iceMs').length > 0 ? [row(`${name}: healed to ICE connected, ms`, of('iceMs'), BARS.iceMs)] : []),
    row(`${name}: healed to all that was queued answered, ms`, of('queuedMs'), BARS.queuedMs),
    row(`${name}: healed to media decoded, ms`, of('mediaMs'), BARS.mediaMs),
    total(
      `${name}: another session than before`,
      all.map(({ same }) => (same ? 0 : 1)),
      0,
    ),
  ]
}

const drops = async (rounds: number): Promise<Row[]> => {
  const all = await run<Awaited<ReturnType<typeof drop>>>({ part: 'drop', rounds, atOnce: AT_ONCE })
  const connects = all.map(({ connectMs }) => connectMs)
  const media = all.map(({ mediaMs }) => mediaMs)
  return [
    row('a connect, to media decoded, ms', connects),
    row('silent server-side end to media decoded, ms', media, BARS.dropOverConnectMs + rounded(median(connects))),
  ]
}

const kills = async (rounds: number): Promise<Row[]> => {
  const all = await run<Awaited<ReturnType<typeof kill>>>({
    part: 'kill',
    ms: DEAD_MS,
    rounds: KILLS * rounds,
    atOnce: AT_ONCE,
  })
  const connects = all.flatMap(({ connectsMs }) => connectsMs)
  const waits = all.map(({ waitMs }) => waitMs)
  const media = all.map(({ mediaMs }) => mediaMs)
  return [
    row('gateway back to the first request answered, ms', waits),
    row('from there to media decoded, ms', media, rounded(BARS.killRatio * median(connects))),
    row('a connect to a gateway that is just back, to media decoded, ms', connects),
  ]
}

const alarmRows = (where: string, all: readonly Awaited<ReturnType<typeof bad>>[]): Row[] => [
  total(
    `${where}: looks at the path`,
    all.map(({ suspected }) => suspected),
  ),
  total(
    `${where}: false alarms`,
    all.map(({ falseAlarms }) => falseAlarms),
    BARS.falseAlarms,
  ),
]

/** Measured with `--chromium`, each by itself. */
export const IN_CHROMIUM: Readonly<Record<string, (rounds: number) => Promise<Row[]>>> = {
  'chromium-45': (rounds) => cuts(45, rounds, true),
  'chromium-25': (rounds) => cuts(25, rounds, true),
  'chromium-8': (rounds) => cuts(8, rounds, true),
}

/** What can be measured, each by itself. */
export const PARTS: Readonly<Record<string, (rounds: number) => Promise<Row[]>>> = {
  'cut-45': (rounds) => cuts(45, rounds),
  'cut-25': (rounds) => cuts(25, rounds),
  loss: async (rounds) =>
    alarmRows(
      '20 % loss, 200 ms, 60 s',
      await run({ part: 'bad', ms: LOSS_MS, rounds: Math.min(rounds, AT_ONCE), atOnce: AT_ONCE }),
    ),
  'cut-8': (rounds) => cuts(8, rounds),
  drop: drops,
  kill: kills,
  channel: async (rounds) => [
    row(
      'channel closed by the far side to recovery begun, ms',
      await run({ part: 'channel', rounds, atOnce: AT_ONCE }),
      BARS.channelMs,
    ),
  ],
  virtual: async (rounds) => {
    const all: Awaited<ReturnType<typeof bad>>[] = []
    for (let seed = 1; seed <= rounds; seed += 1) all.push(await badInVirtualTime(seed, VIRTUAL_MS))
    return alarmRows('20 % loss, 200 ms, 10 virtual minutes', all)
  },
}

/** These wait most of the time, so they run at the same time; what follows has the machine to itself. */
const TOGETHER = new Set(['cut-45', 'cut-25', 'loss', 'chromium-45', 'chromium-25'])

/**
 * How soon a dead path is noticed and a session is back, over the relay of the embedded gateway: on libwebrtc in Node, or
 * in Chromium, where only the stack differs and so only paths are cut.
 */
export const recoveryBench = async ({
  rounds,
  json,
  only,
  chromium = false,
}: {
  readonly rounds: number
  readonly json: boolean
  readonly only?: readonly string[] | undefined
  readonly chromium?: boolean
}): Promise<boolean> => {
  const parts = chromium ? IN_CHROMIUM : PARTS
  const unknown = only?.find((name) => !parts[name])
  if (unknown !== undefined) throw new Error(`--only takes ${Object.keys(parts).join(', ')}, not ${unknown}`)
  const wanted = Object.keys(parts).filter((name) => !only || only.includes(name))
  const found = new Map<string, readonly Row[]>()
  const measure = async (name: string) => {
    found.set(name, (await parts[name]?.(rounds)) ?? [])
    if (!json) process.stderr.write(`${name} measured\n`)
  }
  await Promise.all(wanted.filter((name) => TOGETHER.has(name)).map(measure))
  for (const name of wanted.filter((one) => !TOGETHER.has(one))) await measure(name)
  const rows = wanted.flatMap((name) => found.get(name) ?? [])
  const passed = rows.every((one) => one.passed)
  if (json) process.stdout.write(`${JSON.stringify({ rounds, bars: BARS, table: rows, others: OTHERS, passed })}\n`)
  else {
    console.table(rows)
    for (const line of OTHERS) console.log(line)
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
