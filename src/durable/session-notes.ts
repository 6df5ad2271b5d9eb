import type { World } from '../adapters/world.js'
import type { RestoredReceiver } from '../interfaces/storage.js'
import type { RowKeeper } from './row-keeper.js'
import { SESSION, VERSION, type SessionRow } from './rows.js'

/** Milliseconds between two notes of when the server was heard. */
const EVERY = 5_000
/** Changes of what is wished for come in bursts. */
const SOON = 250

interface Child {
  getSnapshot(): { value: unknown; context: Partial<RestoredReceiver> & { ordinal?: number } }
}

/** Notes what is needed to come back, whenever it changes. */
export class SessionNotes {
  #timer: unknown
  #due = Infinity
  /** All of the last note but the time. */
  #last = ''
  readonly #unsubscribe: () => void

  constructor(
    private readonly world: World,
    private readonly rows: RowKeeper,
  ) {
    const { unsubscribe } = world.session.actor.subscribe(() => this.#save(SOON))
    this.#unsubscribe = unsubscribe
    this.#save(EVERY)
  }

  end(): void {
    this.#unsubscribe()
    this.world.environment.clock.clearTimeout(this.#timer)
    if (this.rows.leaving) this.#write()
  }

  /** At the latest in so many milliseconds. */
  #save(ms: number): void {
    const { clock } = this.world.environment
    if (clock.now() + ms >= this.#due) return
    this.#due = clock.now() + ms
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => {
      this.#due = Infinity
      this.#write()
      this.#save(EVERY)
    }, ms)
  }

  #write(): void {
    const { environment, path, session, sessions, order } = this.world
    const { generation, connection } = session.actor.getSnapshot().context as { generation: number; connection: string }
    const { url, ids } = sessions.get(generation) ?? {}
    if (url === undefined || !ids) return
    const row: SessionRow = {
      v: VERSION,
      url,
      room: order.config.roomId,
      peer: order.config.peerId,
      node: ids.nodeId,
      conn: ids.connId,
      heardAt: environment.epoch() - path.silence,
      receivers: this.#receivers(),
      requests: this.world.channel.requests,
    }
    const { heardAt: _, ...rest } = row
    const last = JSON.stringify(rest)
    // Who hears nothing has nothing new to note.
    if (last === this.#last && connection !== 'connected') return
    this.#last = last
    void this.rows.write({ put: [[SESSION, row]] })
  }

  #receivers(): RestoredReceiver[] {
    const { actor, names } = this.world.session
    const { children } = actor.getSnapshot() as { children: Record<string, Child> }
    return [...names].flatMap(([chart, name]) => {
      const { value, context } = children[chart]?.getSnapshot() ?? {}
      const { kind, source, priority, limit, ordinal } = context ?? {}
      const over = typeof value === 'object' && value !== null && 'stopping' in value
      if (over || ordinal === undefined || !kind || !source || priority === undefined) return []
      return [{ id: name, kind, source, priority, ...(limit && { limit }) }]
    })
  }
}
