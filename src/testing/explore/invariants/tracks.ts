import type { ReceiverTrackContext } from '../../../machines/receiver-track.machine.js'
import type { SenderTrackContext } from '../../../machines/sender-track.machine.js'
import type { ReceiverMemory } from '../environments/receiver-track.js'
import { toggled, type SenderMemory } from '../environments/sender-track.js'
import type { Invariant } from '../types.js'
import { startedOf } from './common.js'

type OfSender = Invariant<SenderTrackContext, SenderMemory>
type OfReceiver = Invariant<ReceiverTrackContext, ReceiverMemory>

/** While it lives, a sender tells the server only what the server does not know: by its line, or by what it was told. */
export const aSenderTellsOnlyWhatChanged: OfSender = (edge) =>
  edge.to.state.startsWith('live') &&
  startedOf(edge as never, 'server request').some(({ input }) => toggled(input) === edge.from?.memory.server) &&
  `the server knows that it is ${edge.from?.memory.server ?? ''}`

/** Where nothing is on its way to it, and the channel is open, the server knows whether a live sender has a source. */
export const theServerKnowsOfTheSource: OfSender = ({ to: { state, context, memory } }) =>
  /live.*server\.informed/.test(state) &&
  context.channel === 'open' &&
  (context.source !== null) !== (memory.server === 'on') &&
  `it believes that it is ${memory.server ?? 'neither'}`

/** A source is sent only once the server was told that it flows: what comes before is discarded, key frame included. */
export const nothingFlowsBeforeTheServerKnows: OfSender = ({ to: { actors, memory, context } }) =>
  actors.some(({ name }) => name === 'send source') &&
  (memory.server !== 'on' || context.source === null) &&
  `the server was told that it is ${memory.server ?? 'neither'}`

/** Where a receiver is attached, the server was told of the source that is wanted, and of its limit. */
export const theServerShowsWhatIsWanted: OfReceiver = ({ to: { state, context, memory } }) =>
  /subscription\.attached/.test(state) &&
  context.channel === 'open' &&
  (memory.source !== context.source?.peer || memory.priority !== context.limit?.priority) &&
  `the server shows ${memory.source ?? 'nothing'}, limit ${memory.priority ?? 'none'}`
