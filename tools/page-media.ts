/**
 * A picture that changes so many times a second, in a page: a canvas, since its frames are its own and not a device's.
 */
export const pictureInPage = (
  width: number,
  height: number,
  framesPerSecond: number,
): { readonly stream: MediaStream; stop(): void } => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  let frame = 0
  const timer = setInterval(() => {
    frame += 1
    if (!context) return
    context.fillStyle = `hsl(${(frame * 7) % 360} 80% 50%)`
    context.fillRect(0, 0, width, height)
  }, 1_000 / framesPerSecond)
  const stream = canvas.captureStream(framesPerSecond)
  return {
    stream,
    stop: () => {
      clearInterval(timer)
      for (const track of stream.getTracks()) track.stop()
    },
  }
}
