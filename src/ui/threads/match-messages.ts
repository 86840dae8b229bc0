import type { Range } from '../../query/filter/mark-matches.ts'

/** Where a term of a filter is found in a row. */
export interface FoundTerm {
  /** The columns of the listing that hold it, by their places. */
  readonly places: readonly number[]
  /** Where it is found if none of them holds it, as far as that can be said. */
  readonly beside: FoundBeside | null
}

/** A value of a resource that its table does not show: of a column, or `Key=Value` of a tag. */
export interface FoundBeside {
  /** Null for a tag. */
  readonly column: string | null
  readonly text: string
  readonly ranges: readonly Range[]
}
