import { seeded } from '../src/testing/scheduler/random.js'
import { SimulatedWorld, type Choose } from '../src/testing/index.js'
import { choicesOf, entry, rowsOf, type Choices, type Row } from './choices.js'
import { EdgeCounter } from './edges.js'
import { Media } from './invariants/media.js'
import { seatsAreSingle, settled, wrongAtRest, wrongAtTheEnd } from './invariants/rest.js'
import { wrongAfterStep } from './invariants/steps.js'
import type { Finding } from './live-charts.js'
import type { Life } from './life.js'
import { Party } from './party.js'
import { actOf, DRAWN } from './table.js'

/** What came of a run. */
export interface Verdict {
  readonly choices: Choices
  /** Steps of the simulated world, and events that charts took. */
  readonly steps: number
  readonly events: number
  /** Virtual milliseconds. */
  readonly ms: number
  /** What was done, in words. */
  readonly story: readonly string[]
  /** How sessions stood when nothing was under way any more. */
  readonly rest: readonly string[]
  readonly promises: number
  readonly messages: number
  /** Of each session in turn, a checksum of all that its charts did. */
  readonly traces: readonly number[]
  /** What did not hold; nothing: the run passed. */
  readonly violation: (Finding & { readonly at: number }) | undefined
}

/** Milliseconds until the next act. */
const WAITS = [0, 100, 0, 20, 300, 1_000, 50, 0, 700, 2_500, 0, 10, 200, 6_000]

/** The longest way back: the rest of a recovery, and a connect. */
const RECOVERED = 150_000
/** A session that could not be told has gone by then by the server's own silence. */
const SILENCE = 60_000
/** Of a session that was dropped without a word, and is not pinged, it takes so long until it is back, and its subscriptions. */
const MEDIA = 60_000
/** By then a session that is pinged has noticed what happened last. */
const NOTICED = 1_500
const LOOK = 250

/** An invariant did not hold: ends the run. */
class Broken extends Error {
  constructor(readonly finding: Finding) {
    super(`${finding.invariant}: ${finding.complaint}`)
  }
}

/** Takes tasks that are due in an order out of a number; 0: as they became due. */
const orderOf = (number: number): { choose?: Choose } => {
  if (number === 0) return {}
  const random = seeded(number)
  return { choose: (ready) => Math.floor(random() * ready.length) }
}

/** How a run is watched. */
export interface RunOptions {
  /** Counts what the charts do. */
  readonly edges?: EdgeCounter
  /** Hears of each session before anything happens to it: to break it, so that an invariant is seen to fail. */
  readonly onLife?: (life: Life) => void
}

class Run {
  readonly world: SimulatedWorld
  readonly parties: readonly Party[]
  readonly story: string[] = []
  rest: string[] = []

  constructor(row: Row, { edges = new EdgeCounter(), onLife = () => {} }: RunOptions) {
    this.world = new SimulatedWorld({ seed: row.act, ...orderOf(row.who), afterStep: () => this.#look() })
    if (row.wait % 3 === 2) this.world.addGateway('https://two.example')
    this.parties = [
      new Party(this.world, ['alice', 'bob'], row.one, { edges, onLife }),
      new Party(this.world, ['bob', 'alice'], row.other, { edges, onLife }),
    ]
  }

  async act(row: Row): Promise<void> {
    const { name, run } = actOf(row.act)
    const party = entry(this.parties, row.who)
    const wait = entry(WAITS, row.wait)
    this.story.push(`${this.world.now} ms, ${party.name}: ${name} (${row.one}, ${row.other}), then ${wait} ms`)
    run(party, row)
    await this.world.pass(wait)
  }

  /** From here on nothing goes wrong any more. */
  calm(): void {
    for (const gateway of this.world.gateways) {
      if (gateway.frozen) gateway.thaw()
      if (!gateway.up) gateway.restart()
    }
    for (const { device, lives, tokens } of this.parties) {
      const { network, http, page } = device
      for (const { tap } of lives) tap.mend()
      tokens.length = 0
      network.heal()
      http.faults.clear()
      http.latency = 10
      if (network.offline) page.online()
      page.show()
      if (page.stopped) page.wake()
    }
  }

  async recover(): Promise<void> {
    this.story.push(`${this.world.now} ms: faults stop`)
    this.calm()
    await this.world.pass(NOTICED)
    await this.#holds(() => settled(this), RECOVERED)
    await this.#holds(() => seatsAreSingle(this), SILENCE)
    this.rest = this.parties.map(({ name, life: { socket } }) => {
      const { peerState, generation, lastError } = socket.getSnapshot()
      return `${name}: ${peerState}, generation ${generation}${peerState === 'failed' ? `, ${lastError?.code}` : ''}`
    })
    const wrong = wrongAtRest(this)
    if (wrong) throw new Broken(wrong)
    await this.#media()
  }

  async end(): Promise<void> {
    const lives = this.parties.flatMap((party) => party.lives).filter(({ gone }) => !gone)
    const left = await this.world.dispose(...lives.map(({ socket }) => socket))
    const wrong = wrongAtTheEnd(this)
    if (wrong) throw new Broken(wrong)
    if (JSON.stringify(left) !== JSON.stringify(this.world.nothingLeft))
      throw new Broken({ invariant: 'nothing is left', complaint: JSON.stringify(left) })
  }

  async #media(): Promise<void> {
    const media = new Media(this)
    if (await this.#holds(() => media.silent.length === 0, MEDIA)) return
    throw new Broken({ invariant: 'media flows again', complaint: media.silent.join('; ') })
  }

  /** Lets time pass until a condition holds that costs too much to look at after each step. */
  async #holds(condition: () => boolean, most: number): Promise<boolean> {
    for (let ms = 0; ms < most; ms += LOOK) {
      if (condition()) return true
      await this.world.pass(LOOK)
    }
    return condition()
  }

  #look(): void {
    for (const { lives } of this.parties)
      for (const life of lives) {
        const wrong = wrongAfterStep(life, this)
        if (wrong) throw new Broken(wrong)
      }
  }
}

const findingOf = (error: unknown): Finding => {
  if (error instanceof Broken) return error.finding
  const complaint = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { invariant: 'nothing is thrown out of a step', complaint }
}

/** Whole sessions by a list of choices: acts and faults, then none, then the end. The same list makes the same run. */
export const runChoices = async (choices: Choices, options: RunOptions = {}): Promise<Verdict> => {
  const { world: row, acts } = rowsOf(choices)
  const run = new Run(row, options)
  let violation: Verdict['violation']
  try {
    for (const act of acts) await run.act(act)
    await run.recover()
    await run.end()
  } catch (error) {
    violation = { ...findingOf(error), at: run.world.now }
  }
  const lives = run.parties.flatMap((party) => party.lives)
  const sum = (count: (life: (typeof lives)[number]) => number) => lives.reduce((all, life) => all + count(life), 0)
  return {
    choices,
    steps: run.world.scheduler.steps,
    events: sum(({ charts }) => charts.steps),
    ms: run.world.now,
    story: run.story,
    rest: run.rest,
    promises: sum(({ promises }) => promises.given),
    messages: sum(({ messages }) => messages.number),
    traces: lives.map(({ charts }) => charts.trace),
    violation,
  }
}

/** The same by a seed. */
export const runSeed = (seed: number, options?: RunOptions): Promise<Verdict> =>
  runChoices(choicesOf(seed, DRAWN), options)
