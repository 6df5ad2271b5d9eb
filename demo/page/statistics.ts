import type { OwnSession } from './own-session.js'
import { byId } from './dom.js'
import { countedOf, rateOf, type Counted } from './counted.js'

const EVERY_MS = 1_000
const KEPT = 60

interface Plot {
  readonly title: string
  readonly unit: string
  readonly of: (now: Counted, before: Counted) => number | undefined
}

const PLOTS: readonly Plot[] = [
  { title: 'Round trip', unit: 'ms', of: ({ roundTripMs }) => roundTripMs },
  { title: 'Loss', unit: '%', of: ({ lossShare }) => lossShare * 100 },
  { title: 'Sent', unit: 'kbit/s', of: (now, before) => rateOf(now, before, 'sentBytes') / 125 },
  { title: 'Received', unit: 'kbit/s', of: (now, before) => rateOf(now, before, 'receivedBytes') / 125 },
  { title: 'Frames sent', unit: '/s', of: (now, before) => rateOf(now, before, 'framesSent') },
  { title: 'Frames shown', unit: '/s', of: (now, before) => rateOf(now, before, 'framesShown') },
]

const draw = (canvas: HTMLCanvasElement, values: readonly (number | undefined)[]): void => {
  const ratio = devicePixelRatio
  const { clientWidth: width, clientHeight: height } = canvas
  Object.assign(canvas, { width: width * ratio, height: height * ratio })
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  const most = Math.max(1, ...values.map((value) => value ?? 0)) * 1.15
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue('--accent')
  context.lineWidth = 1.5
  context.beginPath()
  let under = false
  for (const [at, value] of values.entries()) {
    if (value === undefined) under = false
    else {
      const [x, y] = [width - ((values.length - 1 - at) * width) / KEPT, height - 1 - (value / most) * (height - 3)]
      if (under) context.lineTo(x, y)
      else context.moveTo(x, y)
      under = true
    }
  }
  context.stroke()
}

const plotOf = ({ title, unit, of }: Plot) => {
  const figure = Object.assign(document.createElement('b'), { textContent: '–' })
  const line = document.createElement('p')
  line.append(title, figure)
  const canvas = document.createElement('canvas')
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', `${title} of the last ${KEPT} seconds`)
  const box = document.createElement('div')
  box.append(line, canvas)
  byId('plots').append(box)
  const values: (number | undefined)[] = []
  return (now: Counted | undefined, before: Counted | undefined) => {
    const value = now && before && of(now, before)
    values.push(value)
    if (values.length > KEPT) values.shift()
    figure.textContent = value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
    draw(canvas, values)
  }
}

/** Plots of what `getStats` says, once a second while there is a peer connection. */
export const showStatistics = ({ socket }: OwnSession): void => {
  const plots = PLOTS.map(plotOf)
  let before: Counted | undefined
  const look = async () => {
    let now: Counted | undefined
    if (socket.can('getStats')) now = countedOf(await socket.getStats())
    // Another peer connection counts from the start again.
    const continues = now && before && now.sentBytes >= before.sentBytes
    for (const plot of plots) plot(now, continues ? before : undefined)
    before = now
  }
  // Without a connection there is nothing to read: that is shown as a gap.
  setInterval(() => void look().catch(() => (before = undefined)), EVERY_MS)
}
