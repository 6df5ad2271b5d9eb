import { sessionSetup, type Chart } from './session.setup.js'

/** The action that relays the event to this chart. */
const pass = <const To extends Chart>(params: To) => ({ type: 'pass to', params }) as const

const toTrack = { guard: 'the track is alive', actions: 'pass to its track' } as const

const create = (which: 'create the sender' | 'create the receiver') =>
  ({
    actions: [which, 'tell the negotiation which lines are wanted', 'tell the tracks which lines are ready'],
  }) as const

/**
 * The hub: owns the other charts, relays what one tells to those whom it concerns, and projects the whole outward.
 * Nobody below it knows anybody but it.
 */
export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => ({
    ...input,
    generation: 0,
    ended: 0,
    connection: 'new',
    channel: 'absent',
    lines: [],
    negotiated: 0,
    tracks: [],
    farewells: 0,
    peerState: 'created',
    dcState: 'created',
    reason: undefined,
    lastError: undefined,
  }),
  // Negotiation and channel before the connection: what the connection tells finds them.
  invoke: [
    { src: 'negotiation', id: 'negotiation', input: ({ context: { deadlines, mode } }) => ({ deadlines, mode }) },
    { src: 'channel', id: 'channel', input: ({ context: { deadlines } }) => ({ deadlines }) },
    { src: 'connection', id: 'connection', input: ({ context: { deadlines, ladder } }) => ({ deadlines, ladder }) },
  ],
  on: {
    phase: { actions: 'say it outward' },
    warning: { actions: ['note the error', 'say it outward'] },
    'hand.offered': { actions: 'say it outward' },
    'hand.refused': { actions: 'say it outward' },
    'generation.ended': {
      actions: ['end the generation', pass('channel'), pass('negotiation'), 'pass to every track'],
    },
    'connection.changed': {
      // Promises settle before listeners hear: those may ask for the next attempt.
      actions: ['note the connection', 'note the error', 'say it outward', 'announce what changed'],
    },
    'xstate.done.actor.*': [
      {
        guard: 'a farewell is over',
        actions: ['count the farewell', 'let go of the actor', 'tell the connection that it is over'],
      },
      { guard: 'a track is over', actions: ['forget the track', 'let go of the actor'] },
    ],
    // A chart that failed cannot be asked any more: the session ends, and what it held is released by the facade.
    'xstate.error.actor.*': {
      target: '.closing',
      actions: ['note the defect', 'end the generation', 'announce what changed'],
    },
  },
  initial: 'open',
  states: {
    open: {
      invoke: { src: 'page', id: 'page' },
      on: {
        connect: {
          actions: ['reserve receivers', 'tell the negotiation which lines are wanted', pass('connection')],
        },
        abort: { actions: pass('connection') },
        retry: { actions: pass('connection') },
        'page.woke': { actions: pass('connection') },
        'path.held': { actions: pass('channel') },
        'path.back': { actions: pass('channel') },
        close: { target: 'closing', actions: 'note why it closes' },
        'page.left': { target: 'closing', actions: 'note why it closes' },
        'sender.create': create('create the sender'),
        'receiver.create': create('create the receiver'),
        'source.changed': toTrack,
        'track.pause': toTrack,
        'track.resume': toTrack,
        'track.stop': {
          guard: 'the track is alive',
          actions: ['pass to its track', 'release its line'],
        },
        'receiver.attach': toTrack,
        'receiver.limit': toTrack,
        'receiver.detach': toTrack,
        'receiver.overruled': { actions: 'pass to the receiver' },
        'stream.added': { actions: 'pass to every track' },
        'stream.removed': { actions: 'pass to every track' },
        'hand.wanted': { actions: pass('negotiation') },
        'hand.answered': { actions: pass('negotiation') },
        'generation.opened': {
          actions: ['begin a generation', pass('channel'), pass('negotiation')],
        },
        'negotiation.done': {
          actions: [
            'note what is negotiated',
            pass('connection'),
            'tell the tracks which lines are ready',
            'say it outward',
          ],
        },
        'negotiation.failed': { actions: pass('connection') },
        'channel.opening': { actions: [{ type: 'note the channel', params: 'opening' }, 'announce what changed'] },
        'channel.open': {
          actions: [
            { type: 'note the channel', params: 'open' },
            // The tracks first: what they ask of the server goes out before what a listener then sends.
            'pass to every track',
            'announce what changed',
            pass('connection'),
            pass('negotiation'),
          ],
        },
        'channel.held': {
          actions: [{ type: 'note the channel', params: 'held' }, 'pass to every track', pass('negotiation')],
        },
        'channel.lost': {
          actions: [
            { type: 'note the channel', params: 'lost' },
            'pass to every track',
            'announce what changed',
            pass('negotiation'),
            pass('connection'),
          ],
        },
      },
    },
    /** Closed outwardly; only farewells are left. */
    closing: {
      entry: [
        { type: 'close', params: 'channel' },
        { type: 'close', params: 'negotiation' },
        { type: 'close', params: 'connection' },
      ],
      on: {
        // `peer_state: closed` is the last that is heard.
        warning: { actions: 'note the error' },
        phase: {},
        // After a defect it counts as closed, whatever it still says.
        'connection.changed': { guard: 'the connection is closed' },
      },
      always: { guard: 'nothing is left', target: 'closed' },
      after: { 'farewells deadline': 'closed' },
    },
    closed: { type: 'final' },
  },
})
