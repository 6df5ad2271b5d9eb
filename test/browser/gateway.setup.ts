import type { TestProject } from 'vitest/node'
import { startGateway } from '../../gateway/src/index.js'

declare module 'vitest' {
  interface ProvidedContext {
    gatewayUrl: string
    gatewaySecret: string
    /** Another one, whose media paths and sessions the pages disturb by `/control`. */
    disturbedUrl: string
  }
}

/** Runs in Node beside the browser: the gateways that its pages talk to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const gateway = await startGateway()
  const disturbed = await startGateway({ relay: true, control: true, devExtensions: true })
  project.provide('gatewayUrl', gateway.url)
  project.provide('gatewaySecret', gateway.secret)
  project.provide('disturbedUrl', disturbed.url)
  return async () => {
    await Promise.all([gateway.close(), disturbed.close()])
  }
}
