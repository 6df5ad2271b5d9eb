import type { Connection } from './connection.js'
import { closedError } from './errors.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'

type Settle<T> = (value: T) => void

/**
 * Chains an operation (webrtc-pc 4.4.1.2): it begins when those before it are over. What is under way when the
 * connection closes never settles (step 6.1).
 */
export const chained = <T>(
  connection: Connection,
  begin: (resolve: Settle<T>, reject: Settle<unknown>) => void,
): Promise<T> => {
  if (connection.closed) return Promise.reject(closedError())
  return new Promise((resolve, reject) => {
    const over =
      <V>(settle: Settle<V>): Settle<V> =>
      (value) => {
        if (connection.closed) return
        settle(value)
        next(connection)
      }
    connection.operations.push(() => begin(over(resolve), over(reject)))
    if (connection.operations.length === 1) connection.operations[0]?.()
  })
}

/** An operation that is one task: what it returns resolves, what it throws rejects. */
export const operation = <T>(connection: Connection, run: () => T): Promise<T> =>
  chained(connection, (resolve, reject) => connection.queue(() => settled(run, resolve, reject)))

/** An operation that makes a description: where stacks do so, of what there is when its turn comes, not in its task. */
export const making = <T, U>(connection: Connection, make: () => T, use: (made: T) => U): Promise<U> =>
  chained<U>(connection, (resolve, reject) => {
    const { startsAtOnce } = connection.quirks
    let made: (() => T) | undefined
    if (startsAtOnce) {
      try {
        const value = make()
        made = () => value
      } catch (error) {
        made = () => {
          throw error
        }
      }
    }
    connection.queue(() => settled(() => use((made ?? make)()), resolve, reject))
  })

/** As stacks do that take no turn in the chain: in a task of its own, or at once. */
export const besides = (connection: Connection, run: () => void, queued: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    if (queued) return connection.queue(() => settled(run, resolve, reject))
    settled(run, resolve, reject)
  })

const settled = <T>(run: () => T, resolve: Settle<T>, reject: Settle<unknown>): void => {
  let value: T
  try {
    value = run()
  } catch (error) {
    return reject(error)
  }
  // A handler of an event of this task may have closed the connection.
  resolve(value)
}

/** Steps 6.2 to 6.5: the next one, or the check that waited for the chain to be empty. */
const next = (connection: Connection): void => {
  connection.operations.shift()
  const [first] = connection.operations
  if (first) return first()
  if (!connection.updateOnEmptyChain) return
  connection.updateOnEmptyChain = false
  updateNegotiationNeeded(connection)
}
