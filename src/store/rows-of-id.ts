import { ownerMember } from '../kinds/identity.ts'
import { itemShapeOf, membersOf } from '../kinds/schema.ts'
import type { Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { hasTable, quoteIdentifier, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import type { RowCondition } from './row-chunks.ts'
import { damagedRowError } from './scan.ts'
import { withStoreErrors } from './store-errors.ts'

/** The rows in these scopes that have an id of their kind: several if an account sees what another one shares with it. */
export function findRowsOfId(
  { db, file }: Store,
  kind: Kind,
  lines: readonly LedgerLine[],
  id: string,
): readonly number[] {
  if (kind.identity === 'item' || !withStoreErrors(file, () => hasTable(db, kind))) return []
  const scopes = lines.filter(({ scope }) => scope.kind === kind.name).map(({ scopeId }) => scopeId)
  return withStoreErrors(file, () =>
    db
      .prepare(
        `SELECT r._row FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r
         ON r._scope = wanted.value AND r._id = ? ORDER BY r._row`,
      )
      .pluck()
      .all(JSON.stringify(scopes), id),
  ) as readonly number[]
}

/**
 * Throws a DamagedScope if a row has the id that is looked for, and something else in the column of the ids: a condition
 * over that column would leave it out; or if a row has the id and is not found by it: the index of the ids is damaged then.
 * A scope whose reading failed, or that is known to be damaged, is named anyway. A look at all rows takes 0.2 ms for each
 * 1,000.
 */
export function requireRowsOfId(
  store: Store,
  kind: Kind,
  lines: readonly LedgerLine[],
  condition: RowCondition | null,
): void {
  const id = condition?.id ?? null
  if (id === null) return
  const scopes = lines.filter(({ state }) => state !== 'failed').map(({ scopeId }) => scopeId)
  const findRow = (on: string) =>
    withStoreErrors(store.file, () =>
      store.db
        .prepare(
          `SELECT r._row FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ${on} WHERE ${goesOn} LIMIT 1`,
        )
        .pluck()
        .get(JSON.stringify(scopes), id),
    ) as number | undefined
  const byIndex = 'ON r._scope = wanted.value AND r._id = ?'
  const isFound = findRow(byIndex) !== undefined
  // Another scope may have the same resource, if its owner shares it.
  if (!isFound || hasOwner(kind)) {
    const index = quoteIdentifier(`row_${kind.name}_identity`)
    const found = `SELECT +i._row FROM ${tableOf(kind)} i INDEXED BY ${index}
      WHERE i._scope = wanted.value AND i._id = r._id`
    const lost = findRow(
      `NOT INDEXED ON r._row BETWEEN wanted.value << 32 AND (wanted.value << 32) + 4294967295 AND r._id = ?
       AND (${found}) IS NOT r._row`,
    )
    if (lost !== undefined) throw damagedRowError(store, lost, 'a row cannot be found by its id')
  }
  if (!isFound) return
  const column = kind.columns.find(({ expression }) => expression === kind.id)
  const cell = column && `r.${quoteIdentifier(column.name)}`
  if (!column || !cell || !condition?.columns.includes(cell)) return
  const wrong = findRow(`${byIndex} AND ${cell} IS NOT r._id`)
  if (wrong !== undefined)
    throw damagedRowError(store, wrong, `the column ${column.name} of a row is not what was stored`)
}

/** Whether resources of a kind say which account owns them: others may see them then. */
function hasOwner({ operation, list, nested }: Kind): boolean {
  const shape = itemShapeOf(membersOf(operation)?.[list] ?? '')
  return !nested && membersOf(shape)?.[ownerMember] !== undefined
}
