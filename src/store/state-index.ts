import type { Kind } from '../model.ts'
import { isIndexSound } from './check-cells.ts'
import { quoteIdentifier, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import type { RowFilter } from './row-filter.ts'

/** A condition on rows `r` that the index of the states answers, with its parameters, and the filter that it stands for. */
export interface StateCondition {
  readonly filter: RowFilter
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * The states that a filter leaves, if these are so few rows that to look each one up costs less than to look at all rows
 * of the scopes; null otherwise. A state that is no text is damage: it is left, so that it is found. Null, too, if the index is not what was stored: the rows are.
 */
export function findRareStates(
  store: Store,
  kind: Kind,
  filters: readonly RowFilter[],
  lines: readonly LedgerLine[],
): StateCondition | null {
  const { db } = store
  const filter = filters.find((each) => each.passesState !== null && !each.inverse)
  const passes = filter?.passesState
  if (!passes || !kind.state || !hasIndex(db, kind)) return null
  const column = quoteIdentifier(kind.state.column)
  const states = db
    .prepare(
      `WITH RECURSIVE state(value) AS (
         SELECT min(${column}) FROM ${tableOf(kind)}
         UNION ALL SELECT (SELECT min(${column}) FROM ${tableOf(kind)} WHERE ${column} > value)
         FROM state WHERE value IS NOT NULL)
       SELECT value FROM state WHERE value IS NOT NULL LIMIT ${mostStates}`,
    )
    .pluck()
    .all()
  if (states.length === mostStates) return null
  const wanted = states.filter((state) => typeof state !== 'string' || passes(state))
  const sql = `r.${column} IN (${wanted.map(() => '?').join(', ')})`
  const most = Math.floor(lines.reduce((sum, { rows }) => sum + rows, 0) / rare)
  const found = db
    .prepare(`SELECT count(*) FROM (SELECT 1 FROM ${tableOf(kind)} r WHERE ${sql} LIMIT ${most + 1})`)
    .pluck()
    .get(...wanted) as number
  if (found > most || !isIndexSound(store, kind, kind.state.column, indexOf(kind))) return null
  return { filter, sql, parameters: wanted }
}

const mostStates = 50
/** One row in so many: to look up a row costs about five times what it costs to pass it. */
const rare = 10

function hasIndex(db: Store['db'], kind: Kind): boolean {
  const index = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?").get(indexOf(kind))
  return index !== undefined
}

function indexOf(kind: Kind): string {
  return `row_${kind.name}_state`
}
