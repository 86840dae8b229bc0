import type { Database } from 'better-sqlite3'
import type { JsonObject, Kind, Resource } from '../model.ts'
import { bodyCheckOf, isDocumentSound } from './body-check.ts'
import { cellsOf, type StoredRow } from './cells.ts'
import { setIdOf } from './column-sets.ts'
import { fillBlocks, listUnblocked } from './fill-blocks.ts'
import { fillChecks, listUnchecked } from './fill-checks.ts'
import { fillMentions, listUnmentioned } from './fill-mentions.ts'
import { fillSums, listUnsummed, sumFilled } from './fill-sums.ts'
import { findUnfilledKinds, type HeldColumns, readHeldColumns, tableOf } from './kind-tables.ts'
import type { Store } from './open-store.ts'
import { hasReleasedRows, moveReleased } from './released.ts'
import { rowRangeOf } from './row-keys.ts'
import { lockTimeout, withStoreErrors } from './store-errors.ts'
import { prepareTextBlocks } from './text-blocks.ts'
import { isBusy, withBriefWait } from './waiting.ts'

/** How far the rows of an older version have come, in rows. */
export interface FillProgress {
  readonly done: number
  readonly total: number
}

/** Rows of one transaction: it holds the write lock for a few hundredths of a second. */
const pieceSize = 1000

/** Whether all rows have the present columns; if not, `fillTables` brings them there. */
export function isFilled({ db, file, kinds }: Store): boolean {
  return withStoreErrors(
    file,
    () =>
      findUnfilledKinds(db, kinds).length === 0 &&
      !hasReleasedRows(db) &&
      listUnmentioned(db, kinds).length === 0 &&
      listUnchecked(db, kinds).length === 0 &&
      listUnblocked(db, kinds).length === 0 &&
      listUnsummed(db, kinds).length === 0,
  )
}

/**
 * Brings the rows of an older version to the present columns, from the documents, piece by piece. Each piece is a
 * transaction: it can be cut off anywhere and goes on there, other processes read and write between two, and several
 * may do this at once. Yields after each piece, and while another process has the cache locked.
 */
export function* fillTables(
  store: Store,
  rowMaker: (kind: Kind) => (resource: Resource) => StoredRow,
): Generator<FillProgress> {
  const { db, file, kinds } = store
  let done = 0
  const total = withStoreErrors(file, () => countRowsToFill(db, kinds))
  while (withStoreErrors(file, () => hasReleasedRows(db))) {
    yield* runAtomically(store, { done, total }, () => moveReleased(db, kinds, pieceSize))
    yield { done, total }
  }
  for (const kind of withStoreErrors(file, () => findUnfilledKinds(db, kinds))) {
    const makeRow = rowMaker(kind)
    for (let filled: number | null = 0; filled !== null; ) {
      filled = yield* runAtomically(store, { done, total }, () => fillPiece(db, kind, makeRow))
      done += filled ?? 0
      if (filled !== null) yield { done, total }
    }
  }
  for (const [list, fillPieceOf] of [
    [listUnchecked, fillChecks],
    [listUnmentioned, fillMentions],
    [listUnblocked, fillBlocks],
    [listUnsummed, fillSums],
  ] as const) {
    for (const scope of withStoreErrors(file, () => list(db, kinds))) {
      for (let filled = pieceSize; filled === pieceSize; ) {
        filled = yield* runAtomically(store, { done, total }, () => fillPieceOf(db, kinds, scope, pieceSize))
        done += filled
        yield { done, total }
      }
    }
  }
}

/** One transaction. Yields between tries, so that the thread can meanwhile do other work. */
function* runAtomically<T>(store: Store, progress: FillProgress, work: () => T): Generator<FillProgress, T> {
  const until = performance.now() + lockTimeout
  const transaction = store.db.transaction(work).immediate
  for (;;) {
    try {
      return withStoreErrors(store.file, () => withBriefWait(store, () => transaction()))
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
    }
    yield progress
  }
}

function countRowsToFill(db: Database, kinds: readonly Kind[]): number {
  const count = db
    .prepare('SELECT coalesce(sum(rows), 0) FROM scope WHERE kind = ? AND set_id IS NOT ?')
    .pluck()
  const lacking = [listUnmentioned, listUnchecked, listUnblocked, listUnsummed].flatMap((list) =>
    list(db, kinds),
  )
  return findUnfilledKinds(db, kinds).reduce(
    (sum, kind) => sum + Number(count.get(kind.name, setIdOf(kind))),
    lacking.reduce((sum, { rows }) => sum + rows, 0),
  )
}

interface UnfilledRow {
  readonly row: number
  readonly id: string
  readonly groupFields: string | null
  readonly body: string | null
  readonly bytes: Buffer
  readonly bodyCheck: number | null
  readonly digest: string | null
}

/** Fills the next rows of a kind; null if none is left. Gives how many. */
function fillPiece(db: Database, kind: Kind, makeRow: (resource: Resource) => StoredRow): number | null {
  const held = readHeldColumns(db, kind)
  const setId = setIdOf(kind)
  // A newer muster has taken over meanwhile.
  if (held?.setId !== setId) return null
  const scope = db
    .prepare(
      `SELECT scope_id AS id, filled FROM scope WHERE kind = ? AND rows > 0 AND set_id IS NOT ?
       ORDER BY scope_id LIMIT 1`,
    )
    .get(kind.name, setId) as { id: number; filled: number | null } | undefined
  if (!scope) {
    db.prepare('UPDATE scope SET set_id = ?, filled = NULL WHERE kind = ? AND rows = 0').run(setId, kind.name)
    db.prepare('UPDATE kind SET unfilled = 0 WHERE kind = ?').run(kind.name)
    return null
  }
  const [first, last] = rowRangeOf(scope.id)
  const rows = db
    .prepare(
      `SELECT r._row AS row, r._id AS id, d.group_fields AS groupFields,
         CASE WHEN json_valid(d.body, 8) THEN json(d.body) END AS body, d.body AS bytes, r._body_check AS bodyCheck,
         r._digest AS digest
       FROM ${tableOf(kind)} r LEFT JOIN document d ON d.resource_id = r._row
       WHERE r._row > ? AND r._row < ? ORDER BY r._row LIMIT ?`,
    )
    .all(scope.filled ?? first - 1, last + 1, pieceSize) as UnfilledRow[]
  fillRows(db, kind, held, rows, makeRow)
  const ended = rows.length < pieceSize
  const to = ended ? last : (rows.at(-1)?.row ?? last)
  sumFilled(db, kind, scope.id, { since: scope.filled, to, isLast: ended })
  db.prepare('UPDATE scope SET set_id = ?, filled = ? WHERE scope_id = ?').run(
    ended ? setId : null,
    ended ? null : (rows.at(-1)?.row ?? null),
    scope.id,
  )
  return rows.length
}

function fillRows(
  db: Database,
  kind: Kind,
  held: HeldColumns,
  rows: readonly UnfilledRow[],
  makeRow: (resource: Resource) => StoredRow,
): void {
  const cells = cellsOf(kind, held)
  const values = cells.names.map((name) => `, ${name} = ?`).join('')
  const update = db.prepare(`UPDATE ${tableOf(kind)} SET _body_check = ?${values} WHERE _row = ?`)
  const search = db.prepare(
    `INSERT INTO search_text VALUES (?, ?)
     ON CONFLICT DO UPDATE SET text = excluded.text WHERE text IS NOT excluded.text`,
  )
  const changed: number[] = []
  for (const { row, id, groupFields, body, bytes, bodyCheck, digest } of rows) {
    // Without its document, or with a damaged one, a row stays as it is: the next sync of its scope writes it.
    if (body === null || !isDocumentSound({ id, groupFields, bodyCheck, digest }, bytes, body)) continue
    const stored = makeRow({ id, group: null, body: JSON.parse(body) as JsonObject })
    update.run(bodyCheckOf(id, groupFields, bytes), ...cells.makeValues(stored.values), row)
    if (search.run(row, stored.search).changes > 0) changed.push(row)
  }
  const [first, last] = [changed[0], changed.at(-1)]
  if (first !== undefined && last !== undefined) prepareTextBlocks(db).rebuild(first, last)
}
