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
