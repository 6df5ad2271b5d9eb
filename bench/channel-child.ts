// Measures rounds of messages in a fresh process: engine against raw, raw against itself.
import { asChild } from './child.js'
import { enginePair, measured, type Measured } from './messages.js'
import { rawPair } from './raw-pair.js'

export type Contestant = 'engine' | 'raw' | 'control'

export interface ChildOrder {
  readonly rounds: number
  readonly warmUp: number
}

const run = async ({ rounds, warmUp }: ChildOrder): Promise<Record<Contestant, Measured>[]> => {
  const pairs = { engine: await enginePair(), raw: await rawPair(), control: await rawPair() }
  const all: Record<Contestant, Measured>[] = []
  const order: Contestant[] = ['engine', 'raw', 'control']
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const made = {} as Record<Contestant, Measured>
    // Nobody always goes first.
    order.push(order.shift()!)
    for (const who of order) made[who] = await measured(pairs[who])
    if (round >= warmUp) all.push(made)
  }
  for (const [near, far] of Object.values(pairs)) await Promise.all([near.close(), far.close()])
  return all
}

asChild(run)
