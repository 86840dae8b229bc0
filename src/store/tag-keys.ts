import { tagListNames } from '../kinds/tag-list.ts'
import type { Kind } from '../model.ts'
import { checkDocuments } from './check-documents.ts'
import { DamagedScope } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { withStoreErrors } from './store-errors.ts'

/** The keys of all tags that resources of these scopes have. SQLite reads them, after all documents were compared. */
export function readTagKeys(store: Store, lines: readonly LedgerLine[], kind: Kind): ReadonlySet<string> {
  const keys = new Set<string>()
  if (!isTableThere(store, kind, lines)) return keys
  const statements = tagListNames.map((list) =>
    store.db
      .prepare(
        `SELECT DISTINCT tag.value ->> 'Key' FROM ${tableOf(kind)} r
         CROSS JOIN document d ON d.resource_id = r._row CROSS JOIN json_each(d.body, '$.${list}') tag
         WHERE r._row BETWEEN ? AND ? AND tag.type = 'object' AND json_type(tag.value, '$.Key') = 'text'`,
      )
      .pluck(),
  )
  const filled = lines.filter(({ rows }) => rows > 0)
  const count = countChecker(store, kind)
  for (const line of filled) count(line)
  checkDocuments(store, kind, filled)
  for (const line of filled)
    for (const statement of statements) for (const key of keysIn(store, line, statement)) keys.add(key)
  return keys
}

function keysIn(
  { file }: Store,
  { scopeId }: LedgerLine,
  statement: { all(...range: readonly [number, number]): unknown[] },
): readonly string[] {
  try {
    return withStoreErrors(file, () => statement.all(...rowRangeOf(scopeId))) as string[]
  } catch (error) {
    if (error instanceof Error && /JSON/.test(error.message) && 'code' in error)
      throw new DamagedScope(file, scopeId, 'a document is not JSON', error)
    throw error
  }
}
