import type { RealtimeSocket, TransitionEvent } from '../src/index.js'

/** One line of the story. */
export interface Entry {
  /** Milliseconds since the start. */
  readonly at: number
  readonly who: string
  readonly what: string
  readonly kind: 'step' | 'transition' | 'state' | 'media' | 'request' | 'warning'
}

const PAINT: Record<Entry['kind'], string> = {
  step: '1',
  transition: '2',
  state: '36',
  media: '32',
  request: '34',
  warning: '33',
}

/** Collects what happens, and prints it as it happens. */
export class Timeline {
  readonly entries: Entry[] = []
  readonly #start = performance.now()

  constructor(private readonly printing: { readonly print: boolean; readonly verbose: boolean }) {}

  add(who: string, kind: Entry['kind'], what: string): void {
    const entry = { at: Math.round((performance.now() - this.#start) * 10) / 10, who, what, kind }
    this.entries.push(entry)
    if (!this.printing.print || (kind === 'transition' && !this.printing.verbose && !worthTelling(what))) return
    const line = `${entry.at.toFixed(1).padStart(8)} ms  ${who.padEnd(10)} ${what}`
    process.stdout.write(process.stdout.isTTY ? `\u001b[${PAINT[kind]}m${line}\u001b[0m\n` : `${line}\n`)
  }

  /** Follows a socket: its outward states, its warnings and every transition of its charts. */
  follow(who: string, socket: RealtimeSocket): void {
    socket.on('transition', ({ chart, from, to, event }: TransitionEvent) =>
      this.add(
        who,
        'transition',
        `${chart}: ${from || '(start)'} -> ${to}  [${event.replace(/^xstate\.(\w+)\..*/, '$1')}]`,
      ),
    )
    socket.on('peer_state', (state) => this.add(who, 'state', `peer_state ${state}`))
    socket.on('dc_state', (state) => this.add(who, 'state', `dc_state ${state}`))
    socket.on('warning', ({ code, message }) => this.add(who, 'warning', `warning ${code}: ${message}`))
  }
}

/** The connection's and the negotiation's path tell the story; the rest is for --verbose. */
const worthTelling = (what: string): boolean => /^(connection|negotiation|channel|session): (?!\(start\))/.test(what)
