import type { Lab } from './lab.js'
import type { Claims } from './token.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a scenario saw: plain JSON, with everything that differs from run to run already replaced. */
export type Observation = Json

/** A server that one scenario has for itself, to do it harm. It ends with the scenario. */
export interface Victim {
  readonly url: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Another process at the same address, which knows of nothing. */
  restart(): Promise<void>
  /** It stands still: neither HTTP nor media is answered, and nothing is refused. */
  freeze(): void
  thaw(): void
}

/** A gateway under test. Anything that answers the HTTP routes at `url` and accepts `token` will do. */
export interface Target {
  readonly name: string
  readonly url: string
  readonly lab: Lab
  token(room: string, peer: string, change?: Partial<Claims>): string
  /** A well signed id of a connection that this target never made. */
  connId(node: number, counter: number): string
  /** Another server of the same kind. */
  victim(run: Run): Promise<Victim>
}

/** What one run of one scenario has for itself. */
export interface Run {
  /** A room that no other run uses. */
  readonly room: string
  /** Runs after the scenario, last registered first, whether it succeeded or not. */
  defer(cleanup: () => unknown): void
  /** A figure that differs from run to run: shown with `--verbose`, never compared. */
  note(text: string): void
}

/**
 * The same steps against any target. `run` returns what can be compared between targets and throws only when it could
 * not do its steps; a deadline that passes is an observation (the last state seen), not an exception.
 */
export interface Scenario {
  /** `group/what happens`; unique. */
  readonly name: string
  /** Takes longer than ten seconds: runs only when asked for, by name or by `--slow`. */
  readonly slow?: boolean
  /** Waits most of the time: runs at the same time as the others of this kind, where the lab's time allows it. */
  readonly together?: boolean
  /** Default 20 s. */
  readonly timeoutMs?: number
  run(target: Target, run: Run): Promise<Observation>
}

let runs = 0
const suite = `${process.pid.toString(36)}${Date.now().toString(36)}`

/** In the time of the lab, which a scenario that is done does not wait for. */
const within = <T>(lab: Lab, ms: number, work: () => Promise<T>) =>
  lab.drive(() =>
    Promise.race([
      work(),
      lab.pause(ms).then(() => {
        throw new Error(`not done after ${ms} ms`)
      }),
    ]),
  )

export interface Outcome {
  observation?: Observation
  /** Why the scenario could not do its steps. */
  error?: string
  elapsedMs: number
  notes: readonly string[]
}

export const runScenario = async (scenario: Scenario, target: Target): Promise<Outcome> => {
  const cleanups: (() => unknown)[] = []
  const notes: string[] = []
  const run: Run = {
    room: `r${suite}-${++runs}`,
    defer: (cleanup) => void cleanups.push(cleanup),
    note: (text) => void notes.push(text),
  }
  const started = performance.now()
  const elapsedMs = () => Math.round(performance.now() - started)
  try {
    const observation = await within(target.lab, scenario.timeoutMs ?? 20_000, () => scenario.run(target, run))
    return { observation, elapsedMs: elapsedMs(), notes }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), elapsedMs: elapsedMs(), notes }
  } finally {
    for (const cleanup of cleanups.toReversed()) await target.lab.drive(async () => cleanup()).catch(() => {})
  }
}
