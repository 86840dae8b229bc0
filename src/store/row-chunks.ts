import type { Json, Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { defineDocumentCheck } from './check-documents.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { type OrderedRows, orderRows } from './order-rows.ts'
import { groupAndPlaceCheck } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { damagedRowError, withDocumentErrors } from './scan.ts'

/** What rows must meet. */
export interface RowCondition {
  /**
   * Of a row `r` and its document `d`; 0 only if the row does not matter. One that looks at the document asks
   * `isDocumentAsStored` before.
   */
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  /** The columns that it looks at, as SQL. */
  readonly columns: readonly string[]
  /** Whether it looks at the document. */
  readonly document: boolean
  /** The one id that a resource must have; null for any. */
  readonly id: string | null
}

/** The rows of a scope, in the order of an answer. */
export interface RowChunks<T> {
  readonly total: number
  /** In chunks that never cut a group, none smaller than `sizeOf` says while it is made, but the last. */
  readonly chunks: (sizeOf: () => number) => Generator<readonly T[]>
}

/** What `read` makes of each chunk. */
export function* readEach<From, To>(
  chunks: Iterable<readonly From[]>,
  read: (chunk: readonly From[]) => readonly To[],
): Generator<readonly To[]> {
  for (const chunk of chunks) yield read(chunk)
}

/** A row with its group, what this is compared with, and the columns that were asked for. */
export type Row = [row: number, group: string | null, check: number | null, ...cells: Json[]]

/** So many rows of columns are in memory at once, at least. */
const atOnce = 20_000

/**
 * Makes the function that reads rows of a scope. `columns`: what is read of a row `r`, as SQL. Of a scope that is not large,
 * all rows are read by one statement; of a large one first their numbers, then chunk by chunk the columns.
 */
export function makeChunkReader(
  store: Store,
  kind: Kind,
  columns: readonly string[],
  condition: RowCondition | null,
): (line: LedgerLine) => RowChunks<Row> {
  const { prepare, prepareByNumber } = makeStatements(store, kind, condition)
  const all = prepare(columns)
  const some = prepareByNumber(columns)
  const readNumbers = makeNumberReader(store, kind, condition)
  return (line) => {
    if (line.rows > atOnce) {
      const { total, chunks } = readNumbers(line)
      return {
        total,
        chunks: (sizeOf) => readEach(chunks(sizeOf), (numbers) => some(line, numbers)),
      }
    }
    const rows = withDocumentErrors(store, line, () => all.statement.all(...all.bind(line))) as Row[]
    const order = orderRows(rows, kind, store.file, line, (places) =>
      places.map((place) => rows[place]?.[1] as string),
    )
    return {
      total: order.total,
      chunks: (sizeOf) => order.chunks((place) => rows[place] as Row, sizeOf),
    }
  }
}

/** Makes the function that reads the numbers of the rows of a scope. */
export function makeNumberReader(
  store: Store,
  kind: Kind,
  condition: RowCondition | null,
): (line: LedgerLine) => RowChunks<number> {
  const { prepare, prepareByNumber } = makeStatements(store, kind, condition)
  const { statement, bind } = prepare([])
  const groups = prepareByNumber([])
  return (line) => {
    const order = withDocumentErrors(store, line, (): OrderedRows => {
      const rows = statement.iterate(...bind(line)) as IterableIterator<Row>
      return orderRows(rows, kind, store.file, line, (places, numberAt) => {
        const names: string[] = []
        for (let from = 0; from < places.length; from += piece) {
          const numbers = places.slice(from, from + piece).map(numberAt)
          for (const [, group] of groups(line, numbers)) names.push(group as string)
        }
        return names
      })
    })
    return { total: order.total, chunks: (sizeOf) => order.chunks(order.numberAt, sizeOf) }
  }
}

/** How many rows' groups are read at once. */
const piece = 1000

function makeStatements(store: Store, kind: Kind, condition: RowCondition | null) {
  const { db } = store
  if (condition?.document) defineDocumentCheck(store)
  // A row without its document is found: that it is missing is damage.
  const document = condition?.document ? 'LEFT JOIN document d ON d.resource_id = r._row' : ''
  const isMet = condition?.document ? `(d.resource_id IS NULL OR ${condition.sql})` : condition?.sql
  const where = condition?.id != null ? 'r._scope = ? AND r._id = ?' : 'r._row BETWEEN ? AND ?'
  const cellsOf = (columns: readonly string[]) =>
    ['r._row', 'r._group', groupAndPlaceCheck, ...columns].join(', ')
  return {
    prepare: (columns: readonly string[]) => ({
      statement: db
        .prepare(
          `SELECT ${cellsOf(columns)} FROM ${tableOf(kind)} r ${document}
           WHERE ${where} AND ${goesOn}${isMet ? ` AND ${isMet}` : ''} ORDER BY r._position`,
        )
        .raw(),
      bind: ({ scopeId }: LedgerLine): readonly (string | number)[] => [
        ...(condition?.id != null ? [scopeId, condition.id] : rowRangeOf(scopeId)),
        ...(condition?.parameters ?? []),
      ],
    }),
    prepareByNumber: (columns: readonly string[]) => {
      const statement = db
        .prepare(
          `SELECT ${cellsOf(columns)} FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
        )
        .raw()
      return (line: LedgerLine, numbers: readonly number[]): readonly Row[] => {
        const found = withDocumentErrors(store, line, () => statement.all(JSON.stringify(numbers))) as Row[]
        if (found.length !== numbers.length)
          throw damagedRowError(store, numbers[0] ?? 0, 'a row cannot be found')
        return found
      }
    },
  }
}
