/**
 * A simulated world for tests of whatever is built on a socket: WebRTC, network, gateway, page and time in one process,
 * without a browser, the same in every run. See docs/testing.md.
 */
export { SimulatedWorld, type WorldOptions } from './world.js'
export { Device, type DeviceEnvironment, type DeviceOptions, type DeviceWorld } from './device.js'
export type { Received, SimulatedTrack, TrackOptions } from './webrtc/index.js'
export type { Internet } from './network/internet.js'
export type { Packet } from './transport/packets.js'
export type { Random } from './scheduler/random.js'
export { MemoryStorage, type StorageFault } from './memory-storage.js'
export { SimulatedGateway, type GatewayOptions } from './gateway/simulated-gateway.js'
export type { SessionTimers } from './gateway/session.js'
export type { Signer, TokenClaims } from './gateway/tokens.js'
export { AccessNetwork } from './network/access-network.js'
export type { Conditions, Direction } from './network/conditions.js'
export { HttpNetwork } from './http/http-network.js'
export { HttpFaults, type FaultRoute, type HttpFault } from './http/http-faults.js'
export { Page } from './page/page.js'
export { NeverSettles, Scheduler, type Choose, type SchedulerOptions } from './scheduler/scheduler.js'
export type { Task } from './scheduler/task-queue.js'
export { PROFILES, type IceProfile, type ProfileName } from './transport/profile.js'
export * from './explore/index.js'
export * from './replay/index.js'
