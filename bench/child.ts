import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a module of this folder in a fresh process: libwebrtc slows down with the connections that a process has had. */
export const inChild = <Order, Result>(module: string, order: Order, ...flags: string[]): Promise<Result> =>
  new Promise((resolve, reject) => {
    // The production build of the state machine, as applications have it.
    const child = fork(fileURLToPath(new URL(module, import.meta.url)), { execArgv: ['--import', 'tsx', ...flags] })
    child.once('message', (result) => resolve(result as Result))
    child.once('error', reject)
    child.once('exit', (code) => code !== 0 && reject(new Error(`a child ended with ${code}`)))
    child.send(order as never)
  })

/** The other end of {@link inChild}: takes the order, sends the result, and ends the process (libwebrtc would keep it). */
export const asChild = <Order, Result extends object>(run: (order: Order) => Promise<Result>): void => {
  process.once('message', (order) => {
    run(order as Order).then(
      (result) => process.send?.(result, () => process.exit(0)),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
}
