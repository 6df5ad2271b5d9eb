import { fork } from 'node:child_process'
import { added, noTotals, runBatch, type Totals } from './batch.js'

/** Every so many of these seeds, from one on. */
export const every = function* (from: number, seeds: number, step = 1): Generator<number> {
  for (let seed = from; seed < from + seeds; seed += step) yield seed
}

/** What one process is to run. */
export interface Share {
  readonly from: number
  readonly seeds: number
  readonly workers: number
  readonly minutes: number | undefined
}

type Tell = (totals: Totals) => void

const PROGRESS = 500

/** Runs the seeds of a share in this process. */
export const runShare = ({ from, seeds, workers, minutes = Infinity }: Share, tell: Tell): Promise<Totals> => {
  const end = Date.now() + minutes * 60_000
  let told = Date.now()
  return runBatch(every(from, seeds, workers), (totals) => {
    const now = Date.now()
    if (now - told >= PROGRESS) {
      told = now
      tell(totals)
    }
    return now > end ? 'stop' : 'go on'
  })
}

/** The same in several processes: each takes every so many of the seeds. */
export const runShared = async (share: Share, tell: Tell): Promise<Totals> => {
  if (share.workers === 1) return runShare(share, tell)
  const parts = Array.from({ length: share.workers }, noTotals)
  const sum = () => parts.reduce(added)
  await Promise.all(
    parts.map(async (_, at) => {
      const own: Share = { ...share, from: share.from + at, seeds: share.seeds - at }
      const child = fork(process.argv[1] as string, ['--share', JSON.stringify(own)], { serialization: 'advanced' })
      child.on('message', (totals: Totals) => {
        parts[at] = totals
        tell(sum())
      })
      const code = await new Promise((resolve) => child.on('exit', resolve))
      if (code !== 0) throw new Error(`a worker ended with ${String(code)}`)
    }),
  )
  return sum()
}

/** Runs a share for the process that forked this one. */
export const serve = async (share: Share): Promise<void> => {
  const send = (totals: Totals) =>
    new Promise<void>((resolve) => {
      if (process.send) process.send(totals, undefined, {}, () => resolve())
      else resolve()
    })
  await send(await runShare(share, (totals) => void send(totals)))
  process.disconnect?.()
}
