import type { ListingSummary, RowWindow, TableRequest } from '../threads/messages.ts'
import type { Stretch } from './row-window.ts'

/** One table, its listing and the cursor in it. */
export interface TableState {
  readonly ask: TableRequest
  readonly question: number
  /** The listing that is shown; null before the first. */
  readonly listed: ListingSummary | null
  /** The question whose listing is shown: an older one until the new answer is there. */
  readonly shown: number
  readonly window: RowWindow
  /** The row of the cursor, and the first row on the screen. */
  readonly index: number
  readonly top: number
  /** Whether the user has moved the cursor: until then it stays on the first row, whatever arrives. */
  readonly moved: boolean
  /** The chosen column, by its place. */
  readonly column: number
  /** The first column beside the fixed one, by its place, if the columns are scrolled; 0 if they are not. */
  readonly left: number
  /** Whether a newer listing is on its way, and the cursor's row when it was asked for. */
  readonly adopting: { readonly index: number; readonly again: boolean } | null
  /** Whether one has come back to the question: its cursor stays, also on a row that is not there yet. */
  readonly isBack: boolean
  /** The rows that were asked for and have not come. */
  readonly asked: Stretch | null
  readonly failed: string | null
  /** Whether an answer takes so long that the screen says so. */
  readonly isSlow: boolean
  /** The request whose rows are shown until the answer is there; null if they are the answer. */
  readonly before: TableRequest | null
  /** Filters that make the table what it is, as of a group of rows: esc does not clear them. */
  readonly fixed: readonly string[]
  /** What these leave, in words: `InstanceType=t3.large`; null for the filters themselves. */
  readonly fixedAs: string | null
}
