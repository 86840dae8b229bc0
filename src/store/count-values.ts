import { tagListNames } from '../kinds/tag-list.ts'
import type { Kind } from '../model.ts'
import { defineDocumentCheck, isDocumentAsStored } from './check-documents.ts'
import { hasTable, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

/** Some rows that were looked into, and how often each value stands in them. */
export interface CountedPiece {
  readonly rows: number
  readonly values: readonly (readonly [value: unknown, count: number])[]
}

/** Counts the values of a column of a kind's table, as it is written in SQL, in pieces. Null is not one. */
export function* countColumnValues(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  column: string,
): Generator<CountedPiece> {
  if (!hasTable(store.db, kind)) return
  const sql = `SELECT ${column}, count(*) FROM ${tableOf(kind)} r WHERE r._row BETWEEN ? AND ? GROUP BY 1`
  yield* countInPieces(store, lines, kind, sql, [], rowsAtOnce)
}

/** Counts in how many resources of a kind each key of a tag stands, in pieces. */
export function* countTagKeys(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
): Generator<CountedPiece> {
  if (!hasTable(store.db, kind)) return
  yield* countInPieces(store, lines, kind, tagsSql(store, kind, 'Key', ''), [], documentsAtOnce)
}

/** Counts the values of the tag with a key, in pieces. */
export function* countTagValues(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  key: string,
): Generator<CountedPiece> {
  if (!hasTable(store.db, kind)) return
  const sql = tagsSql(store, kind, 'Value', "AND tag.value ->> 'Key' = ?")
  yield* countInPieces(store, lines, kind, sql, [key], documentsAtOnce)
}

/** A piece takes a few ms: documents are hundreds of times as long as a column. */
const rowsAtOnce = 10_000
const documentsAtOnce = 500

function tagsSql(store: Store, kind: Kind, member: 'Key' | 'Value', condition: string): string {
  defineDocumentCheck(store)
  const lists = tagListNames.map((list) => `jsonb_extract(d.body, '$.${list}')`)
  return `SELECT tag.value ->> '${member}', count(*)
    FROM ${tableOf(kind)} r CROSS JOIN document d ON d.resource_id = r._row AND ${isDocumentAsStored}
    CROSS JOIN json_each(coalesce(${lists.join(', ')}, '[]')) tag
    WHERE r._row BETWEEN ? AND ? AND tag.type = 'object' ${condition} GROUP BY 1`
}

function* countInPieces(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  sql: string,
  parameters: readonly string[],
  size: number,
): Generator<CountedPiece> {
  const count = store.db.prepare(sql).raw()
  const findLast = store.db
    .prepare(`SELECT max(r._row) FROM ${tableOf(kind)} r WHERE r._row BETWEEN ? AND ?`)
    .pluck()
  for (const line of lines) {
    if (line.rows === 0) continue
    const [first, end] = rowRangeOf(line.scopeId)
    const last = withStoreErrors(store.file, () => findLast.get(first, end)) as number | null
    let left = line.rows
    for (let from = first; last !== null && from <= last; from += size) {
      const to = Math.min(last, from + size - 1)
      const values = withStoreErrors(store.file, () => count.all(from, to, ...parameters))
      const rows = to === last ? left : Math.min(size, left)
      left -= rows
      yield { rows, values: values as CountedPiece['values'] }
    }
  }
}
