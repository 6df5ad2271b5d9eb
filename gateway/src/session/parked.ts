/** Requests for a sender or receiver that does not exist yet wait without limit until its m-line appears. */
export const parkedRequests = () => {
  const waiting = new Map<string, (() => void)[]>()
  return {
    park: (target: string, run: () => void): void => {
      waiting.set(target, [...(waiting.get(target) ?? []), run])
    },
    release: (target: string): void => {
      const ready = waiting.get(target) ?? []
      waiting.delete(target)
      for (const run of ready) run()
    },
    clear: (): void => waiting.clear(),
  }
}
