import type { Io } from '../../io.ts'
import { readLedger } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { readCachedScopes } from '../../sync/standing.ts'
import type { FromReader, ToReader } from '../threads/messages.ts'
import { explainTable } from './explain-table.ts'
import { scopesOfRequest } from './find-table.ts'
import { markRow } from './mark-row.ts'
import { type Opened, openResource, openRow, type PageSource, readAnew } from './open-row.ts'
import type { ReaderState } from './reader-state.ts'
import { formatTableText } from './shown-rows.ts'

/** What is asked for by a number, and can be left: pages, marks, texts. */
export type PageWork = Extract<
  ToReader,
  { type: 'open' | 'open-resource' | 'mark' | 'table-text' | 'explain' }
>

type PageReply = Opened | Extract<FromReader, { type: 'marked' | 'table-text' | 'explained' }>

type KnownState = Pick<ReaderState, 'question' | 'shown'>

/** The work for a message, which gives the answer to it. Yields now and then, so that the caller can do other work meanwhile. */
export function* pageWorkOf(
  message: PageWork,
  state: KnownState,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): Generator<void, PageReply> {
  const { question, shown } = state
  const { number } = message
  const listingOf = (asked: number) => (question?.number === asked ? (shown?.listing ?? null) : null)
  switch (message.type) {
    case 'explain':
      if (!question) return { type: 'not-opened', number, reason: 'Nothing was asked for yet.' }
      return { type: 'explained', number, text: explainTable(question, store, io) }
    case 'table-text': {
      const listing = listingOf(message.question)
      if (!listing) return { type: 'not-opened', number, reason: readAnew }
      const text = yield* formatTableText(listing, message.columns)
      return { type: 'table-text', number, rows: listing.total, text }
    }
    case 'mark':
      return yield* markRow(message, question, listingOf(message.question), pageSourceOf(state, store, io))
    case 'open':
      return yield* openRow(message, question, listingOf(message.question), pageSourceOf(state, store, io))
    case 'open-resource':
      return yield* workOfResource(message, state, store, io)
  }
}

/** The work for the page of a resource. */
export function workOfResource(
  message: Extract<ToReader, { type: 'open-resource' }>,
  state: KnownState,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): Generator<void, Opened> {
  return openResource(message, pageSourceOf(state, store, io))
}

function pageSourceOf({ question }: KnownState, store: Store, io: Pick<Io, 'env' | 'now'>): PageSource {
  const selection = question && scopesOfRequest(question.ask, question.selection, store)
  const lines = selection ? readCachedScopes(selection, store, io).lines : []
  const scopes = question?.ask.view.scopes ?? { profiles: [], accounts: [], regions: [] }
  return { store, lines, allLines: () => readLedger(store), scopes, io }
}
