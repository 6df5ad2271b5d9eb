import { fromCallback } from 'xstate'
import type { Ports } from '../../machines/ports.js'

/** Does nothing, and never ends: what a port did in the recorded session is among the recording's inputs. */
const inert = fromCallback(() => {}) as never

/** Ports with nothing behind them. */
export const inertPorts: Ports = {
  'back off': inert,
  'watch path': inert,
  'probe path': inert,
  'revive path': inert,
  'resume path': inert,
  'count awake time': inert,
  'hold messages': inert,
  'watch media': inert,
  'select gateway': inert,
  'peer connection': inert,
  'trickle candidates': inert,
  'create offer': inert,
  'exchange offer': inert,
  'apply answer': inert,
  'roll back': inert,
  'data channel': inert,
  'open gate': inert,
  'confirm messages': inert,
  'server request': inert,
  'send source': inert,
  'receive line': inert,
  'hold line': inert,
  'await server session': inert,
  'delete server session': inert,
  'page events': inert,
}

/** Time that never passes: a timer that fired in the recorded session is among the recording's inputs. */
export const stoppedClock = { setTimeout: () => 0, clearTimeout: () => {} }
