import type { AnyActorRef } from 'xstate'
import { prose } from '../../src/testing/explore/types.js'
import type { Finding } from '../live-charts.js'
import type { Life } from '../life.js'
import type { Scene, StepInvariant } from './types.js'

/** The farewell's five seconds, and one for what leads to it. */
const FAREWELL = 6_000

/** From `closed` nothing leads out, and both outward states say so with a reason. */
const closedIsForGood: StepInvariant = ({ closedAt, socket }) => {
  const { peerState, dcState, reason } = socket.getSnapshot()
  if (closedAt === undefined) return reason !== undefined && peerState !== 'closed' && `${peerState}, since ${reason}`
  return (
    !(peerState === 'closed' && dcState === 'closed' && reason !== undefined) &&
    `peer ${peerState}, channel ${dcState}, reason ${reason}`
  )
}

const childrenOf = ({ charts: { session } }: Life): string[] => {
  const { children = {} } = (session?.getSnapshot() ?? {}) as { children?: Record<string, AnyActorRef | undefined> }
  return Object.entries(children).flatMap(([id, child]) =>
    child?.getSnapshot()?.status === 'active' || child?.getSnapshot()?.status === undefined ? [id] : [],
  )
}

const isChart = (id: string): boolean => /^(connection|negotiation|channel)$/.test(id)

/** After `closed` no actor of a session lives but farewells. Its three charts are there in their last state, where nothing runs. */
const afterClosedOnlyFarewellsAreLeft: StepInvariant = (life) => {
  if (life.closedAt === undefined) return undefined
  const left = childrenOf(life).filter((id) => {
    if (id.startsWith('farewell-')) return false
    if (!isChart(id)) return !/^(sender|receiver)-/.test(id)
    const at = life.charts.configuration(id)
    return at !== undefined && (at.state !== 'closed' || at.actors.length + at.timers.length > 0)
  })
  return left.length > 0 && left.join(', ')
}

/** A farewell is over in time. A page that stands still has no time, and one that is gone says no farewell. */
const aFarewellEnds: StepInvariant = (life, { world }) => {
  if (life.closedAt === undefined || life.gone) return undefined
  if (life.device.page.stopped) {
    life.closedAt = world.now
    return undefined
  }
  const status = life.charts.session?.getSnapshot().status as string | undefined
  return status === 'active' && world.now - life.closedAt > FAREWELL && `it lasts ${world.now - life.closedAt} ms`
}

interface MediaLine {
  readonly kind: string
  readonly role: 'sender' | 'receiver'
}

const linesIn = (sdp: string): MediaLine[] =>
  sdp
    .split(/^m=/m)
    .slice(1)
    .filter((section) => !section.startsWith('application'))
    .map((section) => ({
      kind: section.slice(0, section.indexOf(' ')),
      role: /^a=recvonly\r?$/m.test(section) ? 'receiver' : 'sender',
    }))

const said = (lines: readonly MediaLine[]): string => lines.map(({ kind, role }) => `${kind} ${role}`).join(', ')

/** The senders that are told with an offer stand in the order of its m-lines, and those are the session's, none left out. */
const sendersStandInTheOrderOfTheLines: StepInvariant = ({ offers, context }) => {
  for (const { sdp, senders } of offers.splice(0)) {
    const offered = linesIn(sdp)
    const lines = (context?.lines ?? []).slice(0, offered.length)
    if (said(offered) !== said(lines)) return `offered ${said(offered)}; the lines are ${said(lines)}`
    const names = lines.flatMap(({ sender }) => sender?.info.name ?? []).join()
    const told = senders.map(({ name }) => name).join()
    if (told !== names) return `told ${told}; the lines are those of ${names}`
  }
  return undefined
}

/** Each message is counted once: it waits, was sent, has expired or was refused; and of those sent no more have an end. */
const countsAddUp: StepInvariant = ({ socket }) => {
  const { waiting, sent, delivered, unconfirmed, expired, refused } = socket.messages
  const negative = [waiting, sent, delivered, unconfirmed, expired, refused].some((count) => count < 0)
  return (
    (negative || delivered + unconfirmed > sent) &&
    `waiting ${waiting}, sent ${sent}, delivered ${delivered}, unconfirmed ${unconfirmed}, expired ${expired}, refused ${refused}`
  )
}

/** A session that lives has one peer connection at the most, one that is closed none. */
const aSessionHasOnePeerConnection: StepInvariant = ({ device, gone }, { parties }) => {
  if (gone) return undefined
  const lives = parties.flatMap((party) => party.lives).filter((life) => life.device === device)
  const open = lives.filter((life) => !life.closed).length
  const { peerConnections } = device.leftovers
  return peerConnections > open && `${peerConnections} peer connections of ${open} sessions that are not closed`
}

/** What must hold after each step. New rows anywhere. */
export const STEP_INVARIANTS: readonly StepInvariant[] = [
  closedIsForGood,
  afterClosedOnlyFarewellsAreLeft,
  aFarewellEnds,
  sendersStandInTheOrderOfTheLines,
  countsAddUp,
  aSessionHasOnePeerConnection,
]

/**
 * The first thing that is wrong with a session after a step. One in which nothing has happened is as it was: then only
 * time can have made something wrong.
 */
export const wrongAfterStep = (life: Life, scene: Scene): Finding | undefined => {
  if (!life.changed()) {
    const complaint = aFarewellEnds(life, scene)
    return complaint ? { invariant: prose(aFarewellEnds.name), complaint } : undefined
  }
  const { charts, messages, budgets, findings } = life
  for (const { findings: found } of [charts, messages, budgets, { findings }]) if (found[0]) return found[0]
  for (const invariant of STEP_INVARIANTS) {
    const complaint = invariant(life, scene)
    if (complaint) return { invariant: prose(invariant.name), complaint }
  }
  return undefined
}
