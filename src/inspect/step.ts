/** One step of one chart, as plain as it was inspected: what every view of the inspector is made of. */
export interface Step {
  /** Milliseconds of the session's clock. */
  readonly at: number
  /** Id of the chart in the session, e.g. `connection`, `sender-1`. */
  readonly chart: string
  /** What it is called, e.g. `sender video_main`. */
  readonly label: string
  /** States, dotted; `from` is empty where it begins. */
  readonly from: string
  readonly to: string
  /** Type of the event that caused it. */
  readonly event: string
  /** Of the connection that the chart is at. */
  readonly generation: number
  /** Names of the edges that were taken, as in the pictures. */
  readonly edges: readonly string[]
  /** What the chart remembers after it. Not copied: charts never change a context. */
  readonly context?: object | undefined
  /** The chart has ended. */
  readonly ended?: boolean
}

/** Which picture a chart has: its id without its number. */
export const kindOf = (chart: string): string => chart.replace(/-\d+$/, '')

/** The words of XState around the name of a timer or an actor, said shorter. */
export const saidOf = (event: string): string =>
  event
    .replace(/^xstate\.after\.([^.]+)\..*$/, 'after $1')
    .replace(/^xstate\.(done|error)\.actor\.(?:\d+\.)?(.*)$/, '$1 $2')
    .replace(/^xstate\.(init|stop)$/, '$1')
