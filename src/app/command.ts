import type { ExitCode } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Args, CommandOption } from './options.ts'

/** One command: what its help says, and what it does. */
export interface Command {
  /** In the list of commands: half a sentence. */
  readonly summary: string
  /** The words after `muster`: `query [NAME | EXPRESSION]`. */
  readonly usage: string
  readonly about: string
  /** Those of its own; `optionGroups.everywhere` come with every command. */
  readonly options: readonly CommandOption[]
  readonly examples: readonly string[]
  run(args: Args, io: Io): Promise<ExitCode>
}
