import type { Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { bodyCheckOf } from './body-check.ts'
import { DamagedScope } from './damage.ts'
import { hasTable, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

/**
 * SQL of a row `r` and its document `d`: 1, or a DamagedScope is thrown because the document is not what was stored. Asked
 * before SQLite chooses or counts by what stands in the document: a wrong bit would leave something out in silence. Nothing
 * is known of a row that an older muster wrote. A document of 3 KB takes 4 µs, half of it to bring its bytes here. The
 * connection must know the function.
 */
export const isDocumentAsStored = 'muster_stored(r._row, r._id, d.group_fields, r._body_check, d.body)'

/** Gives a connection the function that `isDocumentAsStored` calls. */
export function defineDocumentCheck({ db, file }: Store): void {
  if (defined.has(db)) return
  defined.add(db)
  db.function(
    'muster_stored',
    { deterministic: true, directOnly: true },
    (row: unknown, id: unknown, groupFields: unknown, check: unknown, body: unknown) => {
      if (check === null) return 1
      const fields = groupFields === null ? null : String(groupFields)
      if (body instanceof Uint8Array && bodyCheckOf(String(id), fields, body) === check) return 1
      throw new DamagedScope(file, scopeIdOf(Number(row)), `${id}: its document is not what was stored`)
    },
  )
}

const defined = new WeakSet<Store['db']>()

/** Throws a DamagedScope if a document of these scopes is missing, or is not what was stored. */
export function checkDocuments(store: Store, kind: Kind, lines: readonly LedgerLine[]): void {
  const { db, file } = store
  if (!withStoreErrors(file, () => hasTable(db, kind))) return
  defineDocumentCheck(store)
  const find = db
    .prepare(
      `SELECT r._id FROM ${tableOf(kind)} r LEFT JOIN document d ON d.resource_id = r._row
       WHERE r._row BETWEEN ? AND ? AND ${goesOn} AND (d.resource_id IS NULL OR NOT ${isDocumentAsStored}) LIMIT 1`,
    )
    .pluck()
  for (const { scopeId, rows } of lines) {
    if (rows === 0) continue
    const lost = withStoreErrors(file, () => find.get(...rowRangeOf(scopeId)))
    if (lost !== undefined) throw new DamagedScope(file, scopeId, `${lost}: its document is missing`)
  }
}
