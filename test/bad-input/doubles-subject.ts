import { LADDER } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { Subject } from './facade-subject.js'

/** What differs from nothing. */
const remains = (leftovers: object, nothing: object): unknown[] => {
  const empty = Object.fromEntries(Object.entries(nothing))
  return Object.entries(leftovers).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(empty[name]))
}

/** A subject in a world of doubles, which the test steers by its stage. */
export class DoublesSubject extends Subject {
  constructor(readonly stage = new Stage()) {
    super({
      connector: stage.gateway,
      socket: (options) => stage.socket({ ladder: LADDER, ...options }),
      config: (more) => stage.config(more),
      stream: (...kinds) => stage.stream(...kinds),
      turn: () => stage.clock.pass(0),
      left: async () => remains(await stage.dispose(), NOTHING),
    })
  }
}
