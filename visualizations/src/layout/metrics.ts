/**
 * Widths of text, so that a layout is the same on every machine: the advance widths of a plain sans-serif in thousandths
 * of its size, in groups. What is drawn is stretched to them (`textLength`), whatever font a reader has.
 */
const GROUPS: Readonly<Record<number, string>> = {
  210: "ijl'|",
  280: ' fIt.,:;!/\\[]',
  340: 'r-()',
  500: 'cJksvxyz',
  556: 'abdeghnopquL0123456789?_+=<>#~$',
  610: 'FTZ',
  667: 'ABEKPSVXY&',
  722: 'wCDHNRU',
  778: 'GOQ',
  833: 'mM',
  944: 'W@%',
}
const WIDTHS = new Map(
  Object.entries(GROUPS).flatMap(([width, letters]) => [...letters].map((letter) => [letter, Number(width)])),
)
/** Arrows, ticks and whatever is not in the table. */
const OTHER = 850
const BOLD = 1.07

/** Width of a text in pixels. */
export const widthOf = (text: string, size: number, bold = false): number =>
  Math.round(
    ([...text].reduce((sum, letter) => sum + (WIDTHS.get(letter) ?? OTHER), 0) * size * (bold ? BOLD : 1)) / 100,
  ) / 10
