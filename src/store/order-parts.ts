import type { SortKey } from '../kinds/order.ts'
import type { originOf } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import type { RowCondition } from './row-chunks.ts'
import { withStoreErrors } from './store-errors.ts'

/** What rows are sorted by: SQL of a row `r`, or a key of each scope, which all of its rows have. */
export type OrderTerm = (
  | { readonly sql: string }
  | { readonly keyOf: (origin: ReturnType<typeof originOf>) => SortKey }
) & { readonly descending: boolean }

/** An order of rows; what is equal by it stays in the order of the scopes and of AWS. */
export interface RowOrder {
  readonly terms: readonly OrderTerm[]
  /** How many rows are wanted, the first ones; null for all. */
  readonly limit: number | null
  /** Of so many rows the first ones are read before the others are sorted: then the first comes soon. */
  readonly cutFrom: number
}

/** Some of the rows of an order: SQL of whether a row `r` is one of them, and what is bound to it. */
export interface OrderPart {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
}

const allRows: readonly OrderPart[] = [{ sql: '1', parameters: [] }]

/**
 * Cuts an order of many rows in two: some thousands that come first, and all others. SQLite gives no row before it has
 * sorted all that it visits. To sort 800,000 takes 1.1 s, to look through them for the first ones 0.3 s. The value that
 * parts them is one of a sample: whichever it is, each row is in one part, and none of the second comes before one of the
 * first.
 */
export function cutOrder(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  condition: RowCondition | null,
  { terms: [term], limit, cutFrom }: RowOrder,
): readonly OrderPart[] {
  // Of rows that are wanted in part SQLite holds only these. To read all documents twice would take longer than to sort.
  if (!term || !('sql' in term) || limit !== null || condition?.document || condition?.id != null)
    return allRows
  const total = lines.reduce((sum, { rows }) => sum + rows, 0)
  if (total < cutFrom) return allRows
  const sample = sampleRows(lines, total)
  const keys = withStoreErrors(store.file, () =>
    store.db
      .prepare(
        `SELECT ${term.sql} AS key FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
         ${condition ? `WHERE ${condition.sql}` : ''} ORDER BY key ${term.descending ? 'DESC' : 'ASC'} NULLS LAST`,
      )
      .pluck()
      .all(JSON.stringify(sample), ...(condition?.parameters ?? [])),
  ) as unknown[]
  const place = Math.floor(sample.length * firstOnes)
  const [key, later] = [keys[place], keys[4 * place + 1]]
  if (typeof key !== 'string' && typeof key !== 'number') return allRows
  // Few rows, or many of one value: what would come first is most of all.
  if (later === undefined || later === key) return allRows
  const isFirst = `(${term.sql} ${term.descending ? '>=' : '<='} ?)`
  return [
    { sql: `${isFirst} IS TRUE`, parameters: [key] },
    { sql: `${isFirst} IS NOT TRUE`, parameters: [key] },
  ]
}

/** This part of a sample comes before the value that parts. */
const firstOnes = 1 / 128
const sampleSize = 1024

/** Numbers of rows, evenly over all; some may be gone. */
function sampleRows(lines: readonly LedgerLine[], total: number): readonly number[] {
  const step = Math.max(1, total / sampleSize)
  const sample: number[] = []
  let next = 0
  for (const { scopeId, rows } of lines) {
    for (; next < rows; next += step) sample.push(scopeId * 2 ** 32 + 1 + Math.floor(next))
    next -= rows
  }
  return sample
}
