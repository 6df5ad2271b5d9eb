import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Step } from '../../../src/inspect/step.js'
import { ASKED, type Told } from '../../../src/inspect/wire.js'

/** Looks at a served session as its page does, and notes what it is told. */
export class Looker {
  readonly told: Told[] = []
  readonly lines: string[] = []
  /** Code of the close. */
  code: number | undefined
  readonly #wire: WebSocket

  constructor(url: string, headers: Record<string, string> = { origin: new URL(url).origin }) {
    this.#wire = new WebSocket(`${url.replace('http', 'ws')}steps`, { headers })
    this.#wire.on('message', (data: Buffer) => {
      this.lines.push(data.toString())
      this.told.push(JSON.parse(data.toString()) as Told)
    })
    this.#wire.on('close', (code) => {
      this.code = code
    })
    this.#wire.on('error', () => {})
  }

  /** Waits until what it was told is enough. */
  async until(enough: (looker: this) => boolean): Promise<this> {
    while (!enough(this) && this.code === undefined)
      await Promise.race([once(this.#wire, 'message'), once(this.#wire, 'close')])
    return this
  }

  ended(): Promise<this> {
    return this.until(() => false)
  }

  /** All steps, those of before first. */
  get steps(): readonly Step[] {
    return this.told.flatMap(({ past = [], step }) => [...past, ...(step ? [step] : [])])
  }

  ask(): void {
    this.#wire.send(ASKED)
  }

  leave(): void {
    this.#wire.close()
  }
}

/** Status of an attempt to look with these headers; 101 where it succeeds. */
export const knock = async (url: string, headers: Record<string, string>, path = 'steps'): Promise<number> => {
  const wire = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers })
  const status = await new Promise<number>((resolve) => {
    wire.on('open', () => resolve(101))
    wire.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode))
    wire.on('error', () => resolve(0))
  })
  wire.terminate()
  return status
}
