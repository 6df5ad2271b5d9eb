interface Rect {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Height of letters above and below their base line. */
const ABOVE = 9
const BELOW = 3

/** Where each piece of text of a picture is. */
const textsOf = (svg: string): Rect[] =>
  [...svg.matchAll(/<text y="([\d.]+)">(.*?)<\/text>/gs)].flatMap(([, y, inside = '']) =>
    [...inside.matchAll(/x="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, width, text = '']) => ({
      text,
      left: Number(x),
      right: Number(x) + Number(width),
      top: Number(y) - ABOVE,
      bottom: Number(y) + BELOW,
    })),
  )

/** The straight parts of each line of a picture, as flat boxes. */
const linesOf = (svg: string): Rect[] =>
  [...svg.matchAll(/class="way [^"]*" d="([^"]*)"/g)].flatMap(([, path = '']) => {
    const points = [...path.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))
    return points.slice(1).map((to, at) => {
      const from = points[at] ?? to
      return {
        text: 'a line',
        left: Math.min(from.x, to.x),
        right: Math.max(from.x, to.x),
        top: Math.min(from.y, to.y),
        bottom: Math.max(from.y, to.y),
      }
    })
  })

/** The borders of each box of a picture, as flat boxes. */
const bordersOf = (svg: string): Rect[] =>
  [...svg.matchAll(/class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].flatMap((found) => {
    const [left = 0, top = 0, width = 0, height = 0] = found.slice(1).map(Number)
    const box = { text: 'a border', left, top, right: left + width, bottom: top + height }
    return [
      { ...box, right: left },
      { ...box, left: box.right },
      { ...box, bottom: top },
      { ...box, top: box.bottom },
    ]
  })

const overlap = (one: Rect, other: Rect): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/** Texts that stand on each other, on a line, or on a border. */
export const collisions = (svg: string): string[] => {
  const texts = textsOf(svg)
  const lines = [...linesOf(svg), ...bordersOf(svg)]
  return texts.flatMap((text, at) => [
    ...texts
      .slice(at + 1)
      .filter((other) => overlap(text, other))
      .map((other) => `"${text.text}" and "${other.text}"`),
    ...lines.filter((line) => overlap(line, text)).map((line) => `"${text.text}" and ${line.text}`),
  ])
}
