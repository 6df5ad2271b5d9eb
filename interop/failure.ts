/** An error that is told to the user as one message without a stack: something outside the program has to change. */
export class Failure extends Error {}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
