import { fork } from 'node:child_process'
import { judge, type Verdict } from './judge.js'
import { STAGES } from './stages/stages.js'
import { Suite } from './stages/suite.js'

/** What a worker is told: the next mutant, and the names of the stages that look at it. */
interface Order {
  readonly id: string
  readonly stages: readonly string[]
}

/** In a process of `--worker`: judges what it is sent, one after the other. */
export const serve = (): Promise<void> =>
  new Promise((resolve) => {
    const suite = new Suite()
    process.on('disconnect', () => void suite.close().then(resolve))
    process.on('message', ({ id, stages }: Order) => {
      void judge(
        id,
        suite,
        STAGES.filter(({ name }) => stages.includes(name)),
      ).then((verdict) => process.send?.(verdict))
    })
  })

/** Judges these mutants in so many processes; `tell` hears of each. */
export const judgeAll = async (
  ids: readonly string[],
  { workers, stages }: { workers: number; stages: readonly string[] },
  tell: (verdict: Verdict) => void,
): Promise<Verdict[]> => {
  const verdicts = new Map<string, Verdict>()
  const left = [...ids]
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(process.argv[1] ?? '', ['--worker'], { execArgv: process.execArgv })
      const next = () => {
        const id = left.shift()
        if (id === undefined) child.disconnect()
        else child.send({ id, stages } satisfies Order)
      }
      child.on('message', (verdict: Verdict) => {
        verdicts.set(verdict.id, verdict)
        tell(verdict)
        next()
      })
      child.on('error', reject)
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
      next()
    })
  await Promise.all(Array.from({ length: Math.min(workers, ids.length) }, work))
  return ids.flatMap((id) => verdicts.get(id) ?? [])
}
