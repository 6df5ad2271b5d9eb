import { startGateway } from '../gateway/src/index.js'
import { inChild } from './child.js'
import type { ChildOrder } from './sessions-child.js'
import { rounded, straightness } from './statistics.js'

/** Heap of a session beyond its peer connection; and how well a straight line fits the heap over their number (R²). */
const BARS = { kB: 120, linear: 0.98 }
const GROUP = 10

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** Heap of idle connected sessions in one process, less that of as many minimal clients by hand. */
export const sessionsBench = async ({ rounds, json }: Options): Promise<boolean> => {
  const sessions = Math.max(3, Math.ceil(rounds / GROUP)) * GROUP
  const gateway = await startGateway()
  const room = 'bench'
  const order = { url: gateway.url, room, token: gateway.token({ room }), sessions, group: GROUP }
  const read = async (who: ChildOrder['who']) =>
    inChild<ChildOrder, number[]>('sessions-child.ts', { ...order, who }, '--expose-gc')
  let engine: number[]
  let minimal: number[]
  try {
    engine = await read('engine')
    minimal = await read('minimal')
  } finally {
    await gateway.close()
  }
  /** kB a session between two readings. */
  const cost = (heap: readonly number[], from: number, to: number) =>
    ((heap[to] ?? Number.NaN) - (heap[from] ?? Number.NaN)) / 1_000 / ((to - from) * GROUP)
  const last = sessions / GROUP
  const own = (from: number, to: number) => cost(engine, from, to) - cost(minimal, from, to)
  const perSession = own(0, last)
  const linear = straightness(engine)
  const passed = perSession <= BARS.kB && linear >= BARS.linear
  const table = engine.slice(1).map((_, index) => ({
    sessions: (index + 1) * GROUP,
    engineKB: rounded(cost(engine, index, index + 1)),
    minimalKB: rounded(cost(minimal, index, index + 1)),
    ownKB: rounded(own(index, index + 1)),
  }))
  const figures = { sessions, ownKB: rounded(perSession), linear: rounded(linear, 3), bars: BARS, passed }
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, table })}\n`)
  else {
    console.table(table)
    console.log(`heap of a session beyond its peer connection: ${figures.ownKB} kB, bar ${BARS.kB}`)
    console.log(`straight line over ${sessions} sessions: R² ${figures.linear}, bar ${BARS.linear}`)
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
