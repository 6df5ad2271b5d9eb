import { channelMachine } from '../../machines/channel.machine.js'
import { connectionMachine } from '../../machines/connection.machine.js'
import { farewellMachine } from '../../machines/farewell.machine.js'
import { negotiationMachine } from '../../machines/negotiation.machine.js'
import { pageMachine } from '../../machines/page.machine.js'
import { receiverTrackMachine } from '../../machines/receiver-track.machine.js'
import { senderTrackMachine } from '../../machines/sender-track.machine.js'
import { sessionMachine } from '../../machines/session.machine.js'
import { channelEnvironment } from './environments/channel.js'
import { connectionEnvironment } from './environments/connection.js'
import { farewellEnvironment } from './environments/farewell.js'
import { negotiationEnvironment } from './environments/negotiation.js'
import { pageEnvironment } from './environments/page.js'
import { receiverTrackEnvironment } from './environments/receiver-track.js'
import { senderTrackEnvironment } from './environments/sender-track.js'
import { sessionEnvironment } from './environments/session.js'
import * as channel from './invariants/channel.js'
import * as common from './invariants/common.js'
import * as connection from './invariants/connection.js'
import * as negotiation from './invariants/negotiation.js'
import * as session from './invariants/session.js'
import * as tracks from './invariants/tracks.js'
import { subject, type Subject } from './types.js'

const { closedIsAbsorbing, closeLeadsToClosed, nothingIsLeftWhenClosed, nothingActsOnAnOldGeneration } = common
const { aRunningTaskHasADeadline } = common

const CLOSED = [closedIsAbsorbing, closeLeadsToClosed, nothingIsLeftWhenClosed]
const GENERATION = [...CLOSED, nothingActsOnAnOldGeneration, aRunningTaskHasADeadline]
const TRACK = [
  nothingIsLeftWhenClosed,
  aRunningTaskHasADeadline,
  common.aStoppedTrackTellsNothingMore,
  common.theServerIsAskedThroughAnOpenChannel,
  common.oneRequestAtATime,
]

/** The charts of this library, each with its world and what must hold of it. */
export const CHARTS: readonly Subject[] = [
  subject('session', sessionMachine, sessionEnvironment, [
    closedIsAbsorbing,
    nothingIsLeftWhenClosed,
    aRunningTaskHasADeadline,
    ...Object.values(session),
  ]),
  subject('connection', connectionMachine, connectionEnvironment, [...GENERATION, ...Object.values(connection)]),
  subject('negotiation', negotiationMachine, negotiationEnvironment, [...GENERATION, ...Object.values(negotiation)]),
  subject('channel', channelMachine, channelEnvironment, [...GENERATION, ...Object.values(channel)]),
  subject('sender', senderTrackMachine, senderTrackEnvironment, [
    ...TRACK,
    tracks.aSenderTellsOnlyWhatChanged,
    tracks.theServerKnowsOfTheSource,
    tracks.nothingFlowsBeforeTheServerKnows,
  ]),
  subject('receiver', receiverTrackMachine, receiverTrackEnvironment, [...TRACK, tracks.theServerShowsWhatIsWanted]),
  subject('page', pageMachine, pageEnvironment, []),
  subject('farewell', farewellMachine, farewellEnvironment, [nothingIsLeftWhenClosed, aRunningTaskHasADeadline]),
]
