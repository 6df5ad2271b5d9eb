import type { Step } from './step.js'
import { kindOf } from './step.js'

/** A chart in one state, from a step on up to the next that changed it. */
export interface Span {
  readonly step: Step
  /** Its place among the steps. */
  readonly place: number
  readonly from: number
  /** Infinite while it lasts. */
  readonly to: number
}

/** A chart's life, span after span. */
export interface Lane {
  readonly chart: string
  readonly label: string
  readonly spans: readonly Span[]
}

/** These say nothing that their neighbours do not. */
const WITHOUT = new Set(['session', 'farewell'])

/** The steps as swim lanes, one for each chart, in the order in which they began. */
export const lanesOf = (steps: readonly Step[]): Lane[] => {
  const lanes = new Map<string, { chart: string; label: string; spans: { -readonly [K in keyof Span]: Span[K] }[] }>()
  for (const [place, step] of steps.entries()) {
    if (WITHOUT.has(kindOf(step.chart))) continue
    const lane = lanes.get(step.chart) ?? { chart: step.chart, label: step.label, spans: [] }
    lanes.set(step.chart, lane)
    lane.label = step.label
    const last = lane.spans.at(-1)
    if (last && step.ended) last.to = Math.min(last.to, step.at)
    if (last?.step.to === step.to) continue
    if (last) last.to = Math.min(last.to, step.at)
    lane.spans.push({ step, place, from: step.at, to: step.ended ? step.at : Infinity })
  }
  return [...lanes.values()]
}
