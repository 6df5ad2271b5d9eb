import { fromCallback, type AnyEventObject } from 'xstate'
import { facts, factsOf, failure } from '../errors.js'
import { compressWith } from '../protocol/framing.js'
import type * as Upkeep from '../upkeep/upkeep.js'
import type { Work } from '../upkeep/work.js'
import { pause, task, worldOf, type World } from './world.js'

/** Held here because what is loaded once is there for every socket. */
let loaded: typeof Upkeep | undefined

/** From now on it is there: for a world that must be the same whenever it would have come. */
export const upkeepIs = (code: typeof Upkeep): void => {
  loaded = code
  compressWith(code.zlibSync)
}

/**
 * Begins to load what is needed once a session is connected, if it is not there; calls back as soon as it is. No connect
 * waits for it. If it does not come that is reported, frames are larger, a dead path is noticed by the peer connection
 * alone and not revived, and the next who needs it tries again.
 */
export const withUpkeep = (world: World, use: (code: typeof Upkeep) => void): void => {
  if (loaded) return use(loaded)
  import('../upkeep/upkeep.js').then(
    (code) => {
      upkeepIs(code)
      use(code)
    },
    (cause: unknown) => world.warn(facts('unsupported', 'code of the library could not be loaded', { cause })),
  )
}

/** Bytes of the answer to a later offer, as far as that is known: without the code none is too long. */
export const answerSize = (offer: string, answered: string): number => loaded?.answerSize(offer, answered) ?? 0

type Watched = 'watchPath' | 'watchMedia' | 'countAwakeTime' | 'trickleCandidates'
type Asked = 'probePath' | 'revivePath' | 'resumePath'
type InputOf<Name extends Watched | Asked> = Parameters<(typeof Upkeep)[Name]>[0]['input']

/** An actor that runs until it is stopped; where the code comes late, it begins late. */
export const watching = <Name extends Watched>(name: Name) =>
  fromCallback<AnyEventObject, InputOf<Name>>(({ input, sendBack, system }) => {
    const world = worldOf(system)
    const end = new AbortController()
    const { signal } = end
    withUpkeep(world, (code) => {
      if (!signal.aborted) void code[name](work(world, input as never, signal, sendBack))
    })
    return () => end.abort()
  })

/** An actor that resolves with a report; it fails where the code is not there by then. */
export const asking = <Name extends Asked>(name: Name) =>
  task('internal', 'connected', (world: World, input: InputOf<Name>, signal) => {
    if (!loaded) throw failure('unsupported', 'code of the library is not loaded')
    return loaded[name](work(world, input as never, signal))
  })

const work = <Input>(
  world: World,
  input: Input,
  signal: AbortSignal,
  sendBack: Work['sendBack'] = () => {},
): Work<Input> => ({
  world,
  input,
  signal,
  sendBack,
  warn: (...told) => world.warn(factsOf(...told)),
  pause: (ms, until = signal) => pause(world.environment.clock, ms, until),
})
