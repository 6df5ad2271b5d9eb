const COLORS = ['#c9c9c9', '#c6c53a', '#3ac4c5', '#3ac53a', '#c53ac4', '#c53a3a', '#3a3ac5']
const RATE = 20

/** A drawn test picture that moves, with a name and a clock in it: who sees it sees when it was drawn. */
export const testPattern = (name: string): MediaStream => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 360 })
  const context = canvas.getContext('2d')
  let frame = 0
  const draw = () => {
    frame += 1
    if (!context) return
    for (const [at, color] of COLORS.entries()) {
      context.fillStyle = color
      context.fillRect((at * 480) / COLORS.length, 0, 480 / COLORS.length + 1, 360)
    }
    context.fillStyle = '#111'
    context.fillRect(0, 150, 480, 110)
    context.fillStyle = '#fff'
    context.fillRect((frame * 6) % 480, 140, 24, 12)
    context.font = 'bold 34px system-ui, sans-serif'
    context.fillText(name, 20, 200)
    context.font = '26px ui-monospace, monospace'
    context.fillText(new Date().toISOString().slice(11, 22), 20, 240)
  }
  draw()
  const stream = canvas.captureStream(RATE)
  const timer = setInterval(() => {
    if (stream.getTracks().every(({ readyState }) => readyState === 'ended')) clearInterval(timer)
    else draw()
  }, 1_000 / RATE)
  return stream
}
