/** What a report of `getStats` counts, over all lines. */
export interface Counted {
  readonly atMs: number
  readonly roundTripMs: number | undefined
  /** Share of packets that others say they lost of what was sent, or that were lost on the way here: the larger. */
  readonly lossShare: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly framesSent: number
  readonly framesShown: number
}

type Report = Readonly<Record<string, unknown>> & { readonly type: string; readonly timestamp: number }

export const countedOf = (stats: RTCStatsReport): Counted => {
  const reports = [...(stats.values() as IterableIterator<Report>)]
  const of = (type: string) => reports.filter((report) => report.type === type)
  const sum = (type: string, what: string) => of(type).reduce((all, report) => all + Number(report[what] ?? 0), 0)
  const pair = of('candidate-pair').find(({ nominated, state }) => nominated === true && state === 'succeeded')
  const roundTrip = pair?.currentRoundTripTime
  const told = of('remote-inbound-rtp').map(({ fractionLost }) => Number(fractionLost ?? 0))
  const [lost, came] = [Math.max(0, sum('inbound-rtp', 'packetsLost')), sum('inbound-rtp', 'packetsReceived')]
  return {
    atMs: reports[0]?.timestamp ?? 0,
    roundTripMs: typeof roundTrip === 'number' ? roundTrip * 1e3 : undefined,
    lossShare: Math.max(0, ...told, came > 0 ? lost / (lost + came) : 0),
    sentBytes: sum('outbound-rtp', 'bytesSent'),
    receivedBytes: sum('inbound-rtp', 'bytesReceived'),
    framesSent: sum('outbound-rtp', 'framesSent'),
    framesShown: sum('inbound-rtp', 'framesDecoded'),
  }
}

/** A count a second. */
export const rateOf = (
  now: Counted,
  before: Counted,
  what: 'sentBytes' | 'receivedBytes' | 'framesSent' | 'framesShown',
): number => Math.max(0, ((now[what] - before[what]) * 1e3) / Math.max(1, now.atMs - before.atMs))
