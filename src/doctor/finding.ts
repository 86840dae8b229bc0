import type { Checkup } from './checkup.ts'
import type { Edit, FileName } from './document.ts'

export type Severity = 'error' | 'warning' | 'remark'

/** One way to put it right. */
export interface Fix {
  /** What it does, as an order: `set duration_seconds to 3600`. */
  readonly what: string
  readonly edits: readonly Edit[]
  /** A shell command, if nothing in a file is to be changed. */
  readonly command?: string
  /** What must be true for it to help, if the files do not say. */
  readonly condition?: string
}

/** Something that is wrong, or worth a word, at one line. */
export interface RuleFinding {
  readonly severity?: Severity
  readonly file: FileName | 'environment'
  /** From 1; null if no line is wrong. */
  readonly line: number | null
  /** First and last column of what is wrong, from 1; the whole line if it is not given. */
  readonly columns?: readonly [first: number, last: number]
  readonly profile: string | null
  readonly wrong: string
  readonly awsCli: string
  readonly sdk: string
  /** The best one first; empty if only the user can know. */
  readonly fixes: readonly Fix[]
}

export interface Finding extends RuleFinding {
  readonly code: string
  readonly severity: Severity
}

/** A rule: what it looks for, and a pure function that finds it. */
export interface Rule {
  readonly code: string
  readonly severity: Severity
  /** What it finds, for the table of rules. */
  readonly about: string
  readonly check: (checkup: Checkup) => Iterable<RuleFinding>
}

/** What the AWS CLI makes of a file with such a line. */
export const refusesFile = 'refuses the file, so that no profile of it works'

export function makeFix(what: string, ...edits: Fix['edits']): Fix {
  return { what, edits }
}
