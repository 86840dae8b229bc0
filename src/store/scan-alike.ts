import type { Json, JsonObject, Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { makeCellChecker } from './check-cells.ts'
import { isCell } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'
import { withDocumentErrors } from './scan.ts'
import { addCells, chooseOrigin, lookedAt, type RowRequest } from './scan-rows.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { withStoreErrors } from './store-errors.ts'

/** Resources of a scope of which everything that is asked for is the same. */
export interface AlikeResources {
  readonly body: JsonObject
  readonly count: number
}

/**
 * The resources of the scopes by columns alone, each only once with how often it is there: SQLite counts 100,000 rows by one column in
 * 35 ms, of which reading them one by one would take 45, and evaluating an expression over each much more.
 */
export function* scanAlike(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
): Generator<AlikeResources> {
  const { cells, condition, origin } = request
  if (!isTableThere(store, kind, lines)) return
  const whole = countWholeTable(store, lines, kind, request)
  if (whole) {
    yield* whole
    return
  }
  const columns = cells.map(({ sql }) => sql)
  const statement = store.db
    .prepare(
      `SELECT min(r._row), count(*)${columns.map((column) => `, ${column}`).join('')}
       FROM ${tableOf(kind)} r NOT INDEXED WHERE r._row BETWEEN ? AND ? AND ${goesOn}${condition ? ` AND ${condition.sql}` : ''}
       GROUP BY ${columns.length > 0 ? columns.join(', ') : 'r._scope'} ORDER BY min(r._position)`,
    )
    .raw()
  const count = countChecker(store, kind)
  const checkCells = makeCellChecker(store, kind, lookedAt(request))
  for (const line of lines) {
    const isCounted = checkCells(line)
    const found = withDocumentErrors(store, line, () =>
      statement.all(...rowRangeOf(line.scopeId), ...(condition?.parameters ?? [])),
    ) as [row: number, count: number, ...Json[]][]
    const isKnown = condition === null && found.reduce((sum, [, times]) => sum + times, 0) === line.rows
    if (!isKnown && !isCounted) count(line)
    const own = chooseOrigin(line, origin)
    for (const row of found) {
      const body: Record<string, Json> = {}
      addCells(body, cells, row, 2, store)
      yield { body: Object.assign(body, own), count: row[1] }
    }
  }
}

/**
 * The values of one column over all scopes of the kind, out of its index if it has one: 4 ms instead of 35. Null if other
 * scopes are meant, or if there are not as many rows as the ledger says: scope by scope it shows where.
 */
function countWholeTable(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  { cells, condition, origin }: RowRequest,
): readonly AlikeResources[] | null {
  const [cell] = cells
  if (!cell || cells.length > 1 || condition !== null || origin.length > 0) return null
  const chosen = new Set(lines.map(({ scopeId }) => scopeId))
  return withStoreErrors(store.file, () => {
    const scopes = store.db.prepare('SELECT scope_id, rows FROM scope WHERE kind = ? AND rows > 0').raw()
    const held = scopes.all(kind.name) as [number, number][]
    if (!held.every(([scopeId]) => chosen.has(scopeId))) return null
    const found = store.db
      .prepare(`SELECT 0, count(*), ${cell.sql} FROM ${tableOf(kind)} r WHERE ${goesOn} GROUP BY ${cell.sql}`)
      .raw()
      .all() as [number, number, ...Json[]][]
    const total = (rows: readonly (readonly [unknown, number, ...Json[]])[]) =>
      rows.reduce((sum, [, count]) => sum + count, 0)
    if (total(found) !== total(held) || !found.every((row) => isCell(row[2]))) return null
    return found.map((row) => {
      const body: Record<string, Json> = {}
      addCells(body, cells, row, 2, store)
      return { body, count: row[1] }
    })
  })
}
