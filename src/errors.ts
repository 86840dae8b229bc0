/** What muster's exit status says to a script. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  credentials: 4,
  found: 5,
  notFound: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** An error that the user can act on: one sentence that ends with the next step. Anything else is a bug. */
export class MusterError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'MusterError'
    this.exitCode = exitCode
  }
}

/** The user, or the system, ended the program: exit code 130. */
export class Interruption extends Error {
  readonly signal: string
  /** What the work that was cut off leaves behind, and how to go on, as sentences; empty if it leaves nothing. */
  readonly left: string

  constructor(signal: string, left = '') {
    super(`ended by ${signal}`)
    this.name = 'Interruption'
    this.signal = signal
    this.left = left
  }
}

/** A mistake in the command line or in a settings file: exit code 2. */
export function usageError(message: string, cause?: unknown): MusterError {
  return new MusterError(message, exitCodes.usage, { cause })
}

/** Whether an error comes from the system, with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Whether it is V8's error for a string or a list that is longer than V8 allows. */
export function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && /^Invalid (string|array) length/.test(error.message)
}
