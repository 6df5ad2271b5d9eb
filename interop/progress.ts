const clock = (ms: number) => {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Turns cargo's own progress bar into one line that is rewritten on a terminal and repeated every 15 s elsewhere. */
export const buildProgress = (out: NodeJS.WriteStream = process.stderr) => {
  const started = Date.now()
  let count = '0/?'
  let at = ''
  const show = () => {
    const line = `  ${clock(Date.now() - started)} elapsed, ${count} crates${at ? `, ${at}` : ''}`
    out.write(out.isTTY ? `\r${line.slice(0, 110).padEnd(110)}` : `${line}\n`)
  }
  const timer = setInterval(show, out.isTTY ? 1000 : 15_000)
  return {
    read(text: string) {
      for (const [, done, total, names] of text.matchAll(/\] +(\d+)\/(\d+): ([^\r\n]*)/g)) {
        count = `${done}/${total}`
        at = (names ?? '').trim().slice(0, 60)
      }
    },
    end() {
      clearInterval(timer)
      at = ''
      show()
      if (out.isTTY) out.write('\n')
    },
  }
}
