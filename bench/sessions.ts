import { startGateway } from '../gateway/src/index.js'
import { inChild } from './child.js'
import type { ChildOrder } from './sessions-child.js'
import { rounded } from './statistics.js'

/** Heap of a session beyond its peer connection; and the later half of the sessions may cost so much more than the earlier. */
const BARS = { kB: 120, growth: 1.25 }
const GROUP = 10

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** Heap of idle connected sessions in one process, less that of as many minimal clients by hand. */
export const sessionsBench = async ({ rounds, json }: Options): Promise<boolean> => {
  const sessions = Math.max(2, Math.ceil(rounds / (2 * GROUP)) * 2) * GROUP
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
  const growth = own(last / 2, last) / own(0, last / 2)
  const passed = perSession <= BARS.kB && growth <= BARS.growth
  const table = engine.slice(1).map((_, index) => ({
    sessions: (index + 1) * GROUP,
    engineKB: rounded(cost(engine, index, index + 1)),
    minimalKB: rounded(cost(minimal, index, index + 1)),
    ownKB: rounded(own(index, index + 1)),
  }))
  const figures = { sessions, ownKB: rounded(perSession), growth: rounded(growth), bars: BARS, passed }
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, table })}\n`)
  else {
    console.table(table)
    console.log(`heap of a session beyond its peer connection: ${figures.ownKB} kB, bar ${BARS.kB}`)
    console.log(`later half against earlier half: ${figures.growth} x, bar ${BARS.growth}`)
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
