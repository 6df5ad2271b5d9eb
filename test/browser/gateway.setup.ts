import type { TestProject } from 'vitest/node'
import { startGateway } from '../../gateway/src/index.js'

declare module 'vitest' {
  interface ProvidedContext {
    gatewayUrl: string
    gatewaySecret: string
  }
}

/** Runs in Node beside the browser: the gateway that its pages talk to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const gateway = await startGateway()
  project.provide('gatewayUrl', gateway.url)
  project.provide('gatewaySecret', gateway.secret)
  return () => gateway.close()
}
