/** How a state is to be felt at a glance: all is well, something is under way, it is broken, nothing is there. */
export type Tone = 'good' | 'busy' | 'bad' | 'off'

/** By the words of the charts; the first that fits. */
const TONES: readonly (readonly [Tone, RegExp])[] = [
  ['bad', /(^|\.)(failed|lost|refused|stalled)\b|rollingBack|coolingDown|offline/],
  [
    'off',
    /^(new|dormant|absent|closed|waiting|stopped|done)$|detached|paused|hidden|frozen|cached|source\.(absent|ended)/,
  ],
  [
    'busy',
    /connecting|suspect|choosing|reviving|resuming|rejoining|opening|held|released|ing$|ing\+|awaiting|vanished|sourceless/,
  ],
]

/** Words that end like something under way, and are a state of rest. */
const AT_REST = /flowing|playing|confirming/g

/** The tone of a chart in this state. */
export const toneOf = (state: string): Tone => {
  const words = state.replace(AT_REST, 'rest')
  return TONES.find(([, words_]) => words_.test(words))?.[0] ?? 'good'
}
