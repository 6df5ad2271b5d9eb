/**
 * Runs what a command of this repository does, and says with which code its process ends: 0 where it passed. What was
 * asked wrongly (an option that does not exist, a value that it does not take: `RangeError`, `SyntaxError`) is answered
 * by a sentence and the help; of a fault the stack is shown.
 */
export const ended = async (help: string, main: () => Promise<boolean>): Promise<0 | 1> => {
  try {
    return (await main()) ? 0 : 1
  } catch (error) {
    const { message, stack, code = '' } = error as Error & { code?: string }
    const asked = error instanceof RangeError || error instanceof SyntaxError || code.startsWith('ERR_PARSE_ARGS')
    process.stderr.write(asked ? `${message}\n\n${help}` : `${stack}\n`)
    return 1
  }
}
