import type { AnyTransitionDefinition } from 'xstate'
import { CHARTS, edgeId, edgesOf, type Subject } from '../../../src/testing/explore/index.js'

/** How XState itself names a transition: its state, the type of its event, its place among those of both. */
const keyOf = ({ source, eventType }: AnyTransitionDefinition, place: number): string =>
  `${source.id}|${eventType}|${place}`

const placeOf = (transition: AnyTransitionDefinition): number => {
  const { source, eventType } = transition
  return ((eventType === '' ? source.always : source.transitions.get(eventType)) ?? []).indexOf(transition)
}

const edges = ({ machine }: Subject): unknown[] =>
  edgesOf(machine).map((transition) => [
    keyOf(transition, placeOf(transition)),
    edgeId(transition),
    (transition.target ?? []).map(({ id }) => id),
  ])

/** A template literal: the formatter leaves it as it is. */
const literal = (text: string): string => `\`${text.replace(/[\\`]|\$(?=\{)/g, '\\$&')}\``

const STYLE = /<style>(.*?)<\/style>/s

/** The pictures as a module for the inspector: what is the same in all of them is there once. */
export const moduleOf = (files: Readonly<Record<string, string>>): string => {
  const pictures = CHARTS.map((subject) => ({ subject, svg: files[`${subject.name}.svg`] ?? '' }))
  const style = STYLE.exec(pictures[0]?.svg ?? '')?.[1] ?? ''
  const entries = pictures.map(
    ({ subject, svg }) => `  ${subject.name}: {
    svg: ${literal(svg.replace(STYLE, '').replaceAll('\n', ''))},
    edges: ${literal(JSON.stringify(edges(subject)))},
  },
`,
  )
  return `// Written by \`npm run diagrams\`, and held against the charts by \`npm run check\`.

/** The style sheet of all pictures. */
export const PICTURE_STYLE = ${literal(style.replaceAll('\n', ''))}

/** Each chart: its picture, and its edges as JSON: key of the transition in XState, name in the picture, targets. */
export const PICTURES: Readonly<Record<string, { readonly svg: string; readonly edges: string }>> = {
${entries.join('')}}
`
}
