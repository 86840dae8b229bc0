import type { ScopeStatus } from '../../model.ts'
import type { Listing } from '../../query/listing.ts'
import type { KnownScopes } from '../../query/row-order.ts'
import type { ScopeSelection } from '../../sync/standing.ts'
import type { Retry } from '../threads/fault-messages.ts'
import type {
  CoverageSummary,
  FromReader,
  ListingSummary,
  RowWindow,
  TableRequest,
  ToReader,
} from '../threads/messages.ts'
import { makeRowMarker } from './row-matches.ts'
import { summariseCoverage, toListedColumns, toShownRow, widenBy } from './shown-rows.ts'

/** What the screen wants to see. By the number, an answer to it differs from an answer to an earlier question. */
export interface Question {
  readonly number: number
  readonly ask: TableRequest
  readonly selection: ScopeSelection
  /** Runs of scopes that have not changed since they were read. The listing adds to them. */
  readonly known: KnownScopes
}

/** A listing, and what the screen knows about it. */
export interface NumberedListing {
  readonly listing: Listing
  readonly listed: ListingSummary
  /** Finds what the filters match in a row; null if there is nothing to find. */
  readonly mark: ReturnType<typeof makeRowMarker>
}

/** Everything that the reader remembers between two messages. */
export interface ReaderState {
  readonly question: Question | null
  /** The listing whose rows the screen shows. */
  readonly shown: NumberedListing | null
  /** A later listing, which the screen adopts when it wants to. */
  readonly newest: NumberedListing | null
  /** Where the scopes stood when the last listing began. */
  readonly statuses: readonly ScopeStatus[]
  /** Whether something else was asked, or the cache changed, since the last listing began. */
  readonly isStale: boolean
  /** The number of the last change that the reader knows of. */
  readonly changes: number
  /** What a running sync tries again later. */
  readonly retries: readonly Retry[]
  /** Cells of the widest value of each column in the rows that were shown of the question. */
  readonly widths: readonly number[]
}

/** The state after a message, and the answer to the screen. */
export interface ReaderStep {
  readonly state: ReaderState
  readonly reply: FromReader | null
}

export const firstReaderState: ReaderState = {
  question: null,
  shown: null,
  newest: null,
  statuses: [],
  isStale: false,
  changes: 0,
  retries: [],
  widths: [],
}

/**
 * Takes a message of the screen. A new listing is made beside the one that is shown, and is adopted only when the
 * screen asks for it: otherwise no row moves. All others are answered elsewhere, from the cache.
 */
export function receiveMessage(
  state: ReaderState,
  message: Extract<ToReader, { type: 'ask' | 'changed' | 'adopt' | 'window' }>,
): ReaderStep {
  switch (message.type) {
    case 'ask': {
      const { question: number, ask, selection } = message
      const question = { number, ask, selection, known: new Map() }
      return {
        state: { ...state, question, shown: null, newest: null, isStale: true, widths: [] },
        reply: null,
      }
    }
    case 'changed':
      return {
        state: {
          ...state,
          isStale: true,
          changes: message.number,
          retries: message.retries,
        },
        reply: null,
      }
    case 'adopt':
      return isAsked(state, message.question) ? adoptNewest(state, message) : { state, reply: null }
    case 'window': {
      const { question, version, from, count } = message
      const { shown } = state
      if (!isAsked(state, question) || shown?.listed.version !== version) return { state, reply: null }
      const window = readWindow(shown, from, count, state.widths)
      return {
        state: { ...state, widths: window.widths },
        reply: { type: 'window', question, version, window },
      }
    }
  }
}

/** Another process has changed what is listed. */
export function noteChange(state: ReaderState): ReaderState {
  return { ...state, isStale: true }
}

/** A listing begins: later changes are not in it. */
export function beginListing(state: ReaderState): ReaderState {
  return { ...state, isStale: false }
}

/**
 * A listing was made. It is dropped if its question was replaced meanwhile. `changes`: the last known when it began.
 */
export function finishListing(
  state: ReaderState,
  question: Question,
  listing: Listing,
  changes: number,
): ReaderStep {
  if (question !== state.question) return { state, reply: null }
  const version = (state.newest?.listed.version ?? 0) + 1
  const coverage: CoverageSummary = summariseCoverage(state.statuses)
  const accounts = state.statuses.flatMap(({ accountName }) => (accountName === null ? [] : [accountName]))
  const columns = toListedColumns(listing, question.ask, accounts)
  const listed: ListingSummary = {
    version,
    total: listing.total,
    columns,
    coverage,
    changes,
    marks: listing.marks ?? null,
  }
  const newest = { listing, listed, mark: makeRowMarker(question.ask, listing.columns) }
  return { state: { ...state, newest }, reply: { type: 'listed', question: question.number, listed } }
}

function isAsked({ question }: ReaderState, number: number): boolean {
  return question !== null && question.number === number
}

function adoptNewest(state: ReaderState, message: Extract<ToReader, { type: 'adopt' }>): ReaderStep {
  const { question, key, index, above, count } = message
  const { newest } = state
  if (!newest) return { state, reply: null }
  const { listing, listed } = newest
  const found = key === null ? -1 : listing.indexOf(key)
  const at = Math.max(0, found >= 0 ? found : Math.min(index, listing.total - 1))
  const window = readWindow(newest, at - above, count, state.widths)
  return {
    state: { ...state, shown: newest, widths: window.widths },
    reply: { type: 'adopted', question, listed, index: at, window },
  }
}

function readWindow(
  { listing, mark }: NumberedListing,
  from: number,
  count: number,
  widths: readonly number[],
): RowWindow {
  const start = Math.max(0, Math.min(from, listing.total - 1))
  const rows = listing.readRows(start, count).map((row) => {
    const shown = toShownRow(row)
    return row && shown && mark ? mark(row, shown, listing.readItem) : shown
  })
  return { from: start, rows, widths: widenBy(rows, widths, listing.columns.length) }
}
