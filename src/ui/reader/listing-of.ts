import { scopeColumns, scopeRow } from '../../app/scope-rows.ts'
import { kindNamed } from '../../kinds.ts'
import type { Answer, Json, ScopeStatus, View } from '../../model.ts'
import { asRows } from '../../output/format.ts'
import { tableOf } from '../../output/value-columns.ts'
import { answerView } from '../../query/answer.ts'
import { columnReader } from '../../query/column-readers.ts'
import { collected, type KnownRuns, type Listing, listResources, listTable } from '../../query/listing.ts'
import { shaped } from '../../query/shape.ts'
import { narrowView } from '../../store/narrow.ts'
import type { Store } from '../../store/open-store.ts'
import type { Standing } from '../../sync/standing.ts'
import type { Ask } from '../threads/messages.ts'

/** Lists what is asked for. Yields now and then, so that the caller can do other work meanwhile. */
export function* listingOf(
  ask: Ask,
  store: Store,
  standing: Standing,
  known: KnownRuns,
  now: number,
): Generator<void, Listing> {
  const { view } = ask
  const kind = kindNamed(view.kind)
  const columns = view.columns ?? kind.table
  const plain = ask.type === 'view' && view.expression === null && view.group === null
  // From the narrow columns alone any number of rows is cheap.
  const narrow = plain ? narrowView(columns, view.sort, kind, store) : null
  if (!narrow) return yield* listAnswer(answerOf(ask, store, standing, now))
  const { lines } = standing
  return yield* listResources(store, { kind, columns, narrow, filter: view.filter, lines, known })
}

/** The same as the commands give it: what an export writes. */
export function answerOf(ask: Ask, store: Store, standing: Standing, now: number): Answer {
  return ask.type === 'scopes'
    ? scopesAnswer(ask.view, standing.statuses, now)
    : answerView(ask.view, store, standing.lines, ask.names)
}

/** The ledger as a table; its columns are those of `muster status`. Ages sort as the times that they stand for. */
function scopesAnswer(view: View, statuses: readonly ScopeStatus[], now: number): Answer {
  const byAge = view.sort?.column === 'Age'
  const ordered = byAge ? statuses.toSorted((a, b) => (b.syncedAt ?? 0) - (a.syncedAt ?? 0)) : [...statuses]
  if (byAge && view.sort?.descending) ordered.reverse()
  const items: readonly Json[] = ordered.map((status) => scopeRow(status, now))
  const all: Answer = { type: 'list', title: 'Scopes', columns: scopeColumns, items }
  const shape = { ...view, columns: scopeColumns, sort: byAge ? null : view.sort }
  const read = (column: string) => columnReader(column, kindNamed(view.kind), null)
  return shaped(all, shape, { read, typeOf: () => null }, null)
}

function* listAnswer(answer: Answer): Generator<void, Listing> {
  const rows = asRows(answer)
  const items = yield* collected(rows)
  const list: Answer =
    rows.type === 'list' ? { ...rows, items } : { type: 'list', title: rows.title, columns: null, items }
  return yield* listTable(tableOf(list), items)
}
