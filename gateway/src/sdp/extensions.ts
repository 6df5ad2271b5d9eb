const extension = /^a=extmap:(\d+)\S* (\S+)/

/**
 * The first line that offers a header extension decides its number for the whole session. The real server leaves an
 * extension out of the answer to any line that offers it under another one.
 */
export const extensionBook = () => {
  const numbers = new Map<string, string>()

  const isAgreed = (line: string): boolean => {
    const [, number = '', uri = ''] = extension.exec(line) ?? []
    if (uri === '') return true
    const known = numbers.get(uri) ?? number
    numbers.set(uri, known)
    return known === number
  }

  return { reduce: (lines: readonly string[]): string[] => lines.filter(isAgreed) }
}
