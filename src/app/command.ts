import type { ExitCode } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Args, Flag } from './options.ts'

/** One command: what its help says, and what it does. */
export interface Command {
  /** The words after `muster`: `query [NAME | EXPRESSION]`. */
  readonly usage: string
  readonly about: string
  readonly flags: readonly Flag[]
  readonly examples: readonly string[]
  run(args: Args, io: Io): Promise<ExitCode>
}
