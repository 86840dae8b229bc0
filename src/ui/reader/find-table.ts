import { findKind } from '../../kinds.ts'
import { findInSteps } from '../../mentions/find.ts'
import { kindsOfWord } from '../../mentions/kinds-of-word.ts'
import type { Answer, Json } from '../../model.ts'
import { makeColumnReader } from '../../query/column-readers.ts'
import { resultRows } from '../../query/filter/filter-predicate.ts'
import { shapeAnswer } from '../../query/shape.ts'
import { listHeldKinds } from '../../store/kind-tables.ts'
import { readLedger } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import type { ScopeSelection } from '../../sync/standing.ts'
import type { TableRequest } from '../threads/messages.ts'

type FindRequest = Extract<TableRequest, { type: 'find' }>

/** Of one word the first column would be the same in all rows: it is the one that a narrow terminal can do without. */
const columns = ['Kind', 'Id', 'Name', 'AccountName', 'Region', 'Where', 'Word']

/** The member of an item that holds the row of its resource in the cache; it is not shown. */
export const foundRow = 'Row'

/** Everything of the cache, of whichever kind and account, that is or holds one of the words. */
export function* answerFind(
  { words, view }: FindRequest,
  store: Store,
): Generator<void, Extract<Answer, { type: 'list' }>> {
  const found = yield* findInSteps({ store, lines: readLedger(store) }, words)
  const items = found.flatMap(({ findings }) =>
    Array.from(findings, ({ word, where, resource }): Json => {
      const { kind, id, name, accountName, region, row } = resource
      return {
        Word: word,
        Kind: kind,
        Id: id,
        Name: name,
        AccountName: accountName,
        Region: region,
        Where: where,
        [foundRow]: row,
      }
    }),
  )
  const kind = findKind(view.kind)
  const all: Answer = { type: 'list', title: 'Find', columns, items }
  const shaped = shapeAnswer(
    all,
    { ...view, columns: null },
    { read: (column) => makeColumnReader(column, kind, null), typeOf: () => null },
    null,
    resultRows(kind, columns, null),
  )
  return { type: 'list', title: 'Find', columns, items: shaped.type === 'list' ? shaped.items : [] }
}

/**
 * The scopes that an answer covers. Words are looked up in all kinds that the cache has; those whose id or
 * address a word may be are part of it, too, so that they are named as not read.
 */
export function scopesOfRequest(ask: TableRequest, selection: ScopeSelection, store: Store): ScopeSelection {
  if (ask.type !== 'find') return selection
  const held = listHeldKinds(store.db, store.kinds).map(({ name }) => name)
  const named = ask.words.flatMap(kindsOfWord)
  return { ...selection, kinds: [...new Set([...held, ...named])], requires: [] }
}
