import { ranksOf } from '../kinds/order.ts'
import { originOf } from '../kinds.ts'
import type { Json, Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { makeCellChecker } from './check-cells.ts'
import { defineDocumentCheck } from './check-documents.ts'
import { DamagedScope, isCell } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { cutOrder, type OrderPart, type RowOrder } from './order-parts.ts'
import { isPlaceWrong, wrongPlace } from './place-check.ts'
import { requireRowsOfId } from './rows-of-id.ts'
import { damagedRowError } from './scan.ts'
import { chooseOrigin, lookedAt, type RowRequest, scanCells } from './scan-rows.ts'
import { twice } from './scan-scopes.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { withSmallCache } from './small-cache.ts'
import { withStoreErrors } from './store-errors.ts'

/**
 * The rows that `scanCells` gives, in an order that SQLite brings them into: it holds what is read of them, and they come
 * out of it one by one. As long as they are read, nothing can be written over the connection. Null if the order of AWS is not
 * that of the rows' places: while a scope is read anew, some rows of a reservation can stand where it stood before.
 */
export function scanOrdered(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
  places: readonly number[],
  order: RowOrder,
): Iterable<readonly (readonly Json[])[]> | null {
  if (!isTableThere(store, kind, lines)) return []
  if (kind.nested && !areComplete(store, lines, kind)) return null
  return withSmallCache(store.db, pagesKept, () => readOrdered(store, lines, kind, request, places, order))
}

/** In KB: rows are visited as they lie in the file. */
const pagesKept = 8192
/** How many rows are handed on together. */
const pieceSize = 250

type OrderedRow = [row: number, isWrong: number | null, place: number, ...cells: Json[]]

function* readOrdered(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
  places: readonly number[],
  order: RowOrder,
): Generator<readonly (readonly Json[])[]> {
  if (request.condition?.document) defineDocumentCheck(store)
  const count = countChecker(store, kind)
  const id = request.condition?.id ?? null
  requireRowsOfId(store, kind, lines, request.condition)
  const sorted = order.terms.flatMap((term) => ('sql' in term ? [term.sql] : []))
  const checkCells = makeCellChecker(store, kind, [...lookedAt(request), ...sorted])
  for (const line of lines) {
    const isCounted = checkCells(line)
    // A row that is looked for by its id is there or not; of all others the number is known.
    if (id === null && !isCounted) count(line)
  }
  const origins = lines.map((line) => Object.values(chooseOrigin(line, request.origin)))
  const width = request.cells.length
  let last = 0
  const readRow = (found: OrderedRow): readonly Json[] => {
    const [row, isWrong, place] = found
    // What is there twice is equal by all of the order.
    if (row === last) throw damagedRowError(store, row, twice)
    last = row
    if (isWrong) throw damagedRowError(store, row, isWrong === 1 ? wrongPlace : 'a document is missing')
    const own = origins[place] ?? []
    const cells: Json[] = []
    for (const each of places) {
      const value = each < width ? found[firstCell + each] : own[each - width]
      if (!isCell(value)) throw damagedRowError(store, row, 'a column is not what was stored')
      cells.push(value)
    }
    return cells
  }
  const readPart = (part: OrderPart): IterableIterator<OrderedRow> => {
    const { sql, parameters } = statementOf(lines, kind, request, order, part)
    return withStoreErrors(store.file, () =>
      store.db
        .prepare(sql)
        .raw()
        .iterate(...parameters),
    ) as IterableIterator<OrderedRow>
  }
  let found: IterableIterator<OrderedRow> | null = null
  let piece: (readonly Json[])[] = []
  try {
    for (const part of cutOrder(store, lines, kind, request.condition, order)) {
      const rows = readPart(part)
      found = rows
      for (;;) {
        const next = withStoreErrors(store.file, () => rows.next())
        if (next.done) break
        piece.push(readRow(next.value))
        if (piece.length < pieceSize) continue
        yield piece
        piece = []
      }
    }
  } catch (error) {
    // A document that is not JSON ends the statement: scope by scope it shows which one it is.
    if (!(error instanceof DamagedScope)) for (const _ of scanCells(store, lines, kind, request, places));
    throw error
  } finally {
    found?.return?.()
  }
  if (piece.length > 0) yield piece
}

const firstCell = 3

/** Whether a row's place is not what was stored; zeros of a lost sector are null. */
const isLost = `(${isPlaceWrong} OR typeof(r._position) <> 'integer')`

/**
 * The statement: the scopes with their places and keys, and behind them the rows. A lost row is in each part. With a limit,
 * whatever it is, SQLite keeps the rows in a tree, which takes twice as long of a million as its sorter: only few have one.
 */
function statementOf(
  lines: readonly LedgerLine[],
  kind: Kind,
  { cells, condition }: RowRequest,
  { terms, limit }: RowOrder,
  part: OrderPart,
): { readonly sql: string; readonly parameters: readonly (string | number)[] } {
  const ranks = terms.map((term) => ('sql' in term ? [] : ranksOf(lines.map(originOf).map(term.keyOf))))
  const scopes = lines.map(({ scopeId }, place) => [
    scopeId,
    place,
    ...ranks.map((each) => each[place] ?? null),
  ])
  const keys = terms.map((term, index) => {
    const key = 'sql' in term ? term.sql : `chosen.rank${index}`
    return `${key} ${term.descending ? 'DESC' : 'ASC'} NULLS LAST, `
  })
  const readsDocument = condition?.document === true
  const isMet = readsDocument ? `(d.resource_id IS NULL OR ${condition.sql})` : condition?.sql
  const inScope =
    condition?.id == null
      ? 'r._row BETWEEN chosen.scope_id << 32 AND (chosen.scope_id << 32) + 4294967295'
      : 'r._scope = chosen.scope_id AND r._id = ?'
  // The rows were counted in the table: an index that is damaged could leave some out.
  const way = condition?.id == null ? 'NOT INDEXED' : ''
  const damage = `iif(${isLost}, 1, ${readsDocument ? 'iif(d.resource_id IS NULL, 2, 0)' : '0'})`
  return {
    sql: `WITH chosen AS MATERIALIZED (
        SELECT value ->> 0 AS scope_id, value ->> 1 AS place
          ${terms.map((_, index) => `, value ->> ${index + 2} AS rank${index}`).join('')}
        FROM json_each(?))
      SELECT r._row, ${damage}, chosen.place${cells.map(({ sql }) => `, ${sql}`).join('')}
      FROM chosen CROSS JOIN ${tableOf(kind)} r ${way} ON ${inScope}
      ${readsDocument ? 'LEFT JOIN document d ON d.resource_id = r._row' : ''}
      WHERE ${goesOn} AND (${isMet ? `(${isMet}) AND ` : ''}${part.sql} OR ${isLost})
      ORDER BY ${keys.join('')} chosen.place, r._position ${limit === null ? '' : 'LIMIT ?'}`,
    parameters: [
      JSON.stringify(scopes),
      ...(condition?.id == null ? [] : [condition.id]),
      ...(condition?.parameters ?? []),
      ...part.parameters,
      ...(limit === null ? [] : [limit]),
    ],
  }
}

/** Whether all rows of the scopes are of one reading each: the ledger may have changed since the lines were read. */
function areComplete({ db, file }: Store, lines: readonly LedgerLine[], { name }: Kind): boolean {
  const open = withStoreErrors(file, () =>
    db
      .prepare("SELECT scope_id FROM scope WHERE kind = ? AND rows > 0 AND state <> 'complete'")
      .pluck()
      .all(name),
  ) as number[]
  const chosen = new Set(lines.map(({ scopeId }) => scopeId))
  return !open.some((scopeId) => chosen.has(scopeId))
}
