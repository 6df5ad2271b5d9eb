import { CHARTS } from '../../src/testing/explore/index.js'
import { modelOf } from './model/chart.js'
import { edgesBelow, statesOf, type Chart } from './model/types.js'
import { WHOLE, wholeOf } from './model/whole.js'
import { markdownOf } from './render/markdown.js'
import { mermaidOf } from './render/mermaid.js'
import { scxmlOf, wholeScxmlOf } from './render/scxml.js'
import { svgOf } from './svg/svg.js'

/** A chart in all formats. */
export interface Drawn {
  readonly chart: string
  readonly states: number
  readonly edges: number
  /** Texts by the names of their files. */
  readonly files: Readonly<Record<string, string>>
}

const draw = async (chart: Chart, scxml: string): Promise<Drawn> => ({
  chart: chart.name,
  states: statesOf(chart.root).length,
  edges: edgesBelow(chart.root).length,
  files: {
    [`${chart.name}.svg`]: await svgOf(chart),
    [`${chart.name}.mmd`]: mermaidOf(chart),
    [`${chart.name}.md`]: markdownOf(chart),
    [`${chart.name}.scxml`]: scxml,
  },
})

/** Every chart that ships, and the whole, as files. */
export const drawAll = async (): Promise<Drawn[]> => {
  const charts = modelOf(CHARTS)
  const drawn: Drawn[] = []
  for (const chart of charts) drawn.push(await draw(chart, scxmlOf(chart)))
  return [...drawn, await draw(wholeOf(charts), wholeScxmlOf(WHOLE, charts))]
}
