import type { ParameterMeaning } from '../../query/parameter-meaning.ts'
import type { OfferedValues } from '../threads/messages.ts'
import type { EditedLine } from './line.ts'

/** Lines that were typed, by what they were typed for. */
export interface PastLines {
  readonly filter: readonly string[]
  readonly command: readonly string[]
}

/** A line that can be completed, and that earlier ones can be recalled into. */
export interface TypedLine {
  readonly line: EditedLine
  /** After tab, until something else is typed: what was typed before, and which of its completions the line is. */
  readonly completed?: Turn
  /** After up: what was typed before, and which of the earlier lines this is. */
  readonly recalled?: Turn
  /** The values of the cache that came last for what was typed. */
  readonly offer?: OfferedValues
}

/** One of several lines that stand for what was typed. */
export interface Turn {
  readonly from: EditedLine
  readonly at: number
}

/**
 * What is to be said of a filter that is being typed. An `error` keeps the filter before it, and so does one that is `open`,
 * unless it is taken: a condition may follow.
 */
export interface FilterProblem {
  readonly tone: 'error' | 'open' | 'hint'
  /** Empty if there is nothing to be said. */
  readonly text: string
  /** Where in the filter an error is. */
  readonly at?: number
}

/** The name under which what is shown is kept as a saved query. */
export interface SaveState {
  readonly type: 'save'
  readonly line: EditedLine
  /** One of that name exists: enter once more replaces it. */
  readonly exists: boolean
}

export interface QueryParameter {
  readonly name: string
  readonly required: boolean
  /** What is used if nothing is set; null if something must be. */
  readonly default?: string | null
  /** Where its values are found; null if nothing is known of it. */
  readonly meaning?: ParameterMeaning | null
}
