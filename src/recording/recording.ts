import type { AnyStateMachine } from 'xstate'
import type { Tape } from './tape.js'

// A chunk of its own, loaded on use: nothing but types is imported here, or a bundler would cut the entry in two.

/** Version of the format; whoever reads another one cannot know what its lines mean. */
const FORMAT = 1

/** FNV-1a, 32 bits: tells charts apart, and protects nothing. */
const hashed = (text: string): string => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Charts do not change once they are built. */
const fingerprints = new WeakMap<AnyStateMachine, string>()

/**
 * Tells the charts of two versions apart by all that they are made of by name: states, transitions, guards, delays,
 * actors. The bodies of functions are not in it.
 */
export const fingerprint = (session: AnyStateMachine): string => {
  const known = fingerprints.get(session)
  if (known !== undefined) return known
  const charts = Object.entries(session.implementations.actors as Record<string, Partial<AnyStateMachine>>)
    .filter(([, { root }]) => root)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const made = hashed(JSON.stringify([session.config, ...charts.map(([, { config }]) => config)]))
  fingerprints.set(session, made)
  return made
}

/** A tape as text: a header, its lines, the state at the end, and a line that says that this is all. */
export const recordingOf = (tape: Tape | undefined): string => {
  const lines = [...(tape?.lines ?? [])]
  const session = tape?.actor.getSnapshot()
  if (tape && session?.status === 'active') lines.push(tape.line('C', tape.snapshot()))
  const header = {
    format: 'realtime-session-engine recording',
    version: FORMAT,
    ...(session && { charts: fingerprint(session.machine), dropped: tape?.dropped }),
  }
  return [JSON.stringify(header), ...lines, JSON.stringify(['E', lines.length])].join('\n') + '\n'
}
