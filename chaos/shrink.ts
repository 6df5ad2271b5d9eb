import { WIDTH, type Choices } from './choices.js'

/** Whether a list of choices still fails, in the way that is looked for. */
export type Fails = (choices: Choices) => Promise<boolean>

/** What shrinking came to. */
export interface Shrunk {
  readonly choices: Choices
  /** Runs that it took. */
  readonly runs: number
  /** No single change of the kinds that are tried makes it smaller. */
  readonly minimal: boolean
}

const without = (choices: Choices, from: number, count: number): number[] => [
  ...choices.slice(0, from),
  ...choices.slice(from + count),
]

const trimmed = (choices: Choices): Choices => {
  let length = choices.length
  while (length > 0 && choices[length - 1] === 0) length -= 1
  return length < choices.length ? choices.slice(0, length) : choices
}

/** Smaller numbers in the place of one: none at all, the half, the last figure alone, one less. */
const lessThan = (number: number): number[] =>
  [...new Set([0, Math.floor(number / 2), number % 10, number - 1])].filter((less) => less >= 0 && less < number)

/** Makes one list smaller, step by step; `tries` says whether a candidate fails still, and throws when it was asked enough. */
class Shrinking {
  runs = 0

  constructor(
    public best: Choices,
    private readonly fails: Fails,
    private readonly most: number,
  ) {}

  get spent(): boolean {
    return this.runs >= this.most
  }

  async #tries(candidate: Choices): Promise<boolean> {
    if (this.spent) return false
    this.runs += 1
    if (!(await this.fails(candidate))) return false
    this.best = candidate
    return true
  }

  /** Leaves rows out, many at a time first; from the end, since what came after the failure goes at once. */
  async leaveOut(): Promise<boolean> {
    const before = this.best.length
    const rows = () => Math.ceil(this.best.length / WIDTH) - 1
    for (let count = rows(); count >= 1; count = Math.floor(count / 2))
      for (let row = rows() - count; row >= 0; row = Math.min(row - count, rows() - count))
        await this.#tries(without(this.best, WIDTH * (row + 1), WIDTH * count))
    return this.best.length < before
  }

  /** Lessens each number as far as it goes. */
  async lessen(): Promise<boolean> {
    const before = this.best
    for (let at = 0; at < this.best.length; at += 1)
      for (let again = true; again && !this.spent;) again = await this.#lessenAt(at)
    const short = trimmed(this.best)
    if (short !== this.best) await this.#tries(short)
    return this.best !== before
  }

  async #lessenAt(at: number): Promise<boolean> {
    const number = this.best[at] ?? 0
    // The number of an act is a name, not a size: a smaller one is another act. Nothing at all is simpler.
    const steps = at >= WIDTH && at % WIDTH === 0 ? [0].filter((less) => less < number) : lessThan(number)
    for (const less of steps) if (await this.#tries(this.best.with(at, less))) return true
    return false
  }
}

/**
 * Makes a failing list as small as it gets: rows are left out and numbers lessened, one change at a time, as long as it
 * fails; again and again until no change of these kinds is left.
 */
export const shrink = async (choices: Choices, fails: Fails, most = 2_000): Promise<Shrunk> => {
  const shrinking = new Shrinking(choices, fails, most)
  for (let again = true; again && !shrinking.spent;) {
    const left = await shrinking.leaveOut()
    again = (await shrinking.lessen()) || left
  }
  const { best, runs, spent } = shrinking
  return { choices: best, runs, minimal: !spent }
}
