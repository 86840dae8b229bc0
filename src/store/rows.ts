import { hash } from 'node:crypto'
import { needsStoredKey, sortKey } from '../kinds/order.ts'
import type { Json, Kind } from '../model.ts'
import { type HeldColumns, quoted } from './tables.ts'

/** The columns that muster writes of a kind's table, and how it makes their values. */
export interface Cells {
  /** Names as they are written in SQL. */
  readonly names: readonly string[]
  /** The values for `names`, of what the kind's columns gave. */
  readonly of: (values: readonly Json[]) => readonly (string | number | null)[]
}

/**
 * What a muster that knows `kind` writes into a table that holds `held`: of a newer muster's columns those that it
 * knows by name.
 */
export function cellsOf(kind: Kind, held: HeldColumns): Cells {
  const known = held.columns
    .map((column) => ({ ...column, place: kind.columns.findIndex(({ name }) => name === column.name) }))
    .filter(({ place }) => place >= 0)
  return {
    names: known.flatMap(({ name, type }) =>
      needsStoredKey(type) ? [quoted(name), quoted(`_order_${name}`)] : [quoted(name)],
    ),
    of: (values) =>
      known.flatMap(({ place, type }) => {
        const value = cell(values[place] ?? null)
        return needsStoredKey(type) ? [value, sortKey(value, type)] : [value]
      }),
  }
}

/** Two resources that AWS gave are the same exactly if their digests are: document and fields of the group as JSON. */
export function digestOf(body: string, groupFields: string | null): Buffer {
  return hash('sha256', groupFields === null ? body : `${body}\n${groupFields}`, 'buffer').subarray(0, 8)
}

function cell(value: Json): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
