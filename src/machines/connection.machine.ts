import { connectionSetup, newConnection, parting, type ConnectionContext } from './connection.setup.js'
import { tell, tellError, tooLate } from './common.js'
import { ofGeneration, type ConnectionState } from './ports.js'

export type { ConnectionContext, ConnectionEvent } from './connection.setup.js'

/** An event that ends what it meets, of this generation. */
const ends = <const Target extends string, const More extends readonly unknown[] = []>(target: Target, ...more: More) =>
  ({ guard: 'belongs to this generation', target, actions: ['note the error', ...more] }) as const

/** One attempt, the first or one of a recovery: a generation of its own, up to the open channel. `failed`: where else it leads. */
const attempt = <const Failed extends string>(failed: Failed) =>
  ({
    on: {
      'peer.broken': ends(failed),
      'negotiation.failed': ends(failed),
      'channel.lost': ends(failed),
      'channel.open': { guard: 'belongs to this generation', actions: 'note that the channel is open' },
      'peer.state': [
        { guard: 'transport failed', target: failed, actions: 'note that the transport failed' },
        { guard: 'belongs to this generation', actions: 'note the transport' },
      ],
    },
    after: { 'connect deadline': { target: failed, actions: tooLate('connect') } },
    initial: 'selectingGateway',
    states: {
      selectingGateway: {
        entry: tell({ type: 'phase', phase: 'selecting-gateway' }),
        invoke: {
          src: 'select gateway',
          input: ({ context: { generation, ladder, rung } }: { context: ConnectionContext }) => ({
            generation,
            gateway: rung < 0 ? ('any' as const) : (ladder[rung]?.gateway ?? 'same'),
          }),
          onDone: 'negotiating',
          onError: { target: failed, actions: 'note the error' },
        },
        after: { 'selectGateway deadline': { target: failed, actions: tooLate('selectGateway') } },
      },
      negotiating: {
        // The peer connection first: those who are told then find it.
        entry: ['open a peer connection', tell({ type: 'generation.opened' })],
        on: { 'negotiation.done': { guard: 'belongs to this generation', target: 'establishing' } },
      },
      establishing: {
        entry: tell({ type: 'phase', phase: 'establishing' }),
        always: [
          { guard: 'channel is open', target: '#connection.connected' },
          { guard: 'transport is up', target: 'openingChannel' },
        ],
        after: { 'establish deadline': { target: failed, actions: tooLate('establish') } },
        initial: 'direct',
        states: {
          direct: { after: { 'candidates are needed': 'trickling' } },
          trickling: {
            invoke: { src: 'trickle candidates', input: ofGeneration },
          },
        },
      },
      openingChannel: {
        entry: tell({ type: 'phase', phase: 'opening-channel' }),
        always: { guard: 'channel is open', target: '#connection.connected' },
        after: { 'openChannel deadline': { target: failed, actions: tooLate('openChannel') } },
      },
    },
  }) as const

const first = attempt('#connection.failed')

/** What ends the session for good, whatever becomes of the path. */
const over = <const Target extends string>(target: Target) =>
  ({
    // To close any channel ends the server's session (protocol 0.1); should it live, it is deleted.
    'channel.lost': ends(target, { type: 'note the session', params: 'broken' }),
    'negotiation.failed': ends(target, { type: 'note the session', params: 'broken' }),
    'peer.state': {
      guard: 'transport is closed',
      target,
      actions: ['note that the transport failed', { type: 'note the session', params: 'broken' }],
    },
  }) as const
const lost = over('#connection.reconnecting')

/** Work on the path of the session that there is. */
const mending = <const Src extends 'revive path' | 'resume path', const State extends ConnectionState>(
  src: Src,
  state: State,
) =>
  ({
    entry: [tell({ type: 'connection.changed', state }), tell({ type: 'path.held' })],
    invoke: {
      src,
      input: ({ context: { generation, ladder, rung } }: { context: ConnectionContext }) => ({
        generation,
        silenceMs: ladder[rung]?.silenceMs ?? 0,
      }),
      onDone: [
        { guard: 'the path lives', target: '#connection.connected', actions: tell({ type: 'path.back' }) },
        { target: 'choosing', actions: 'note the report' },
      ],
      onError: 'choosing',
    },
    on: over('#connection.reconnecting.choosing'),
    after: { 'revive deadline': 'choosing' },
  }) as const

/**
 * The connection's life: one attempt after another, each with a generation of its own; and when the path of one that
 * was connected is dead, the ladder. What carries an old generation passes no guard and changes nothing; an inspector
 * sees that it came.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  context: ({ input }) => newConnection(input),
  initial: 'new',
  on: {
    close: '.closed',
  },
  states: {
    new: { on: { connect: 'connecting' } },
    connecting: {
      ...first,
      entry: [
        'refill the budgets',
        'begin a recovery',
        'begin a generation',
        tell({ type: 'connection.changed', state: 'connecting' }),
      ],
      on: { ...first.on, abort: { target: 'failed', actions: 'note that it was aborted' } },
    },
    connected: {
      entry: tell({ type: 'connection.changed', state: 'connected' }),
      on: lost,
      initial: 'stable',
      states: {
        stable: {
          invoke: { src: 'watch path', input: ofGeneration },
          on: {
            'path.silent': { guard: 'belongs to this generation', target: 'suspect' },
            'peer.state': [lost['peer.state'], { guard: 'transport is in doubt', target: 'suspect' }],
            'page.woke': 'suspect',
          },
          after: { 'stable for long': { actions: 'refill the budgets' } },
        },
        /** Silent: nothing is announced, it is only looked whether anything still comes in. */
        suspect: {
          invoke: {
            src: 'probe path',
            input: ({ context: { generation, patience } }) => ({ generation, rounds: patience }),
            onDone: [
              { guard: 'the path lives', target: 'stable', actions: 'be more patient' },
              {
                target: '#connection.reconnecting',
                actions: ['note that the path is dead', 'note the report'],
              },
            ],
            onError: { target: '#connection.reconnecting', actions: 'note that the path is dead' },
          },
          after: {
            'probe deadline': { target: '#connection.reconnecting', actions: 'note that the path is dead' },
          },
        },
      },
    },
    /** The ladder, rung after rung. */
    reconnecting: {
      entry: 'begin a recovery',
      invoke: {
        src: 'count awake time',
        input: ({ context }) => ({ ms: context.deadlines.recovery }),
      },
      on: { 'recovery.late': { target: 'failed', actions: [tooLate('recovery'), 'tell what was tried'] } },
      initial: 'choosing',
      states: {
        choosing: {
          entry: 'choose the rung',
          always: [
            { guard: 'retrying is in vain', target: '#connection.failed', actions: 'tell what was tried' },
            { guard: 'the rung is to revive', target: 'reviving' },
            { guard: 'the rung is to resume', target: 'resuming' },
            { guard: 'the rung is to rejoin', target: 'rejoining' },
            { target: '#connection.failed', actions: 'tell what was tried' },
          ],
        },
        /** The same session: its candidate is given again until something comes in, or the server has dropped it. */
        reviving: mending('revive path', 'disconnected'),
        /** The same session: ICE is restarted, by a word outside the dead path. */
        resuming: mending('resume path', 'reconnecting'),
        /** Another session: the old one is ended, as far as it can be, and a new one begun. */
        rejoining: {
          entry: tell({ type: 'connection.changed', state: 'reconnecting' }),
          initial: 'parting',
          states: {
            // First the end of the old session: when it ends later, it takes the room keys of the new one with it.
            parting: {
              entry: ['close the peer connection', { type: 'tell', params: parting }],
              on: { 'farewell.over': { guard: 'belongs to this generation', target: 'waiting' } },
              after: { 'parting deadline': 'waiting' },
            },
            waiting: {
              invoke: {
                src: 'back off',
                input: ({ context: { ladder, rung, attempts } }) => ({
                  attempt: attempts,
                  backOff: ladder[rung]?.backOff,
                }),
              },
              on: { 'attempt.due': 'attempting', retry: 'attempting', 'page.woke': 'attempting' },
            },
            attempting: {
              entry: ['begin a generation', 'count the attempt'],
              ...attempt('#connection.reconnecting.choosing'),
            },
          },
        },
      },
    },
    failed: {
      entry: [
        'close the peer connection',
        tell({ type: 'generation.ended', farewell: 'full' }),
        tellError({ type: 'connection.changed', state: 'failed' }),
      ],
      on: { connect: 'connecting' },
    },
    closed: {
      entry: [
        'close the peer connection',
        tell({ type: 'generation.ended', farewell: 'full' }),
        tell({ type: 'connection.changed', state: 'closed' }),
      ],
      on: { close: {} },
    },
  },
})
