import { onTestFinished } from 'vitest'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/index.js'

/** A gateway for the length of one test. */
export const started = async (options: GatewayOptions = {}): Promise<Gateway> => {
  const gateway = await startGateway(options)
  onTestFinished(() => gateway.close())
  return gateway
}
