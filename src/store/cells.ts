import { hash } from 'node:crypto'
import { needsStoredKey, sortKey } from '../kinds/order.ts'
import type { Json, Kind, Resource } from '../model.ts'
import { type HeldColumns, quoteIdentifier } from './kind-tables.ts'

/** A resource with what its kind's columns gave, and the text that the filter looks into. */
export interface StoredRow {
  readonly resource: Resource
  /** In the order of the kind's columns. */
  readonly values: readonly Json[]
  readonly search: string
}

/** A row as it is written: texts, and no objects inside one another, so that handing it to another thread costs little. */
export interface RowTexts {
  readonly id: string
  readonly group: string | null
  /** JSON, as are the fields of the group. */
  readonly body: string
  readonly fields: string | null
  /** The hash of the text that it was read from; null if that is not kept. */
  readonly text: string | null
  readonly values: readonly Json[]
  readonly search: string
}

export type Cell = string | number | null

/** The columns that muster writes of a kind's table, and how it makes their values. */
export interface Cells {
  /** Names as they are written in SQL. */
  readonly names: readonly string[]
  /** The values for `names`, of what the kind's columns gave. */
  readonly makeValues: (values: readonly Json[]) => readonly Cell[]
}

/**
 * What a muster that knows `kind` writes into a table that holds `held`: of a newer muster's columns those that it
 * knows by name.
 */
export function cellsOf(kind: Kind, held: HeldColumns): Cells {
  const known = held.columns
    .map(({ name, type }) => ({
      name,
      type,
      keyed: needsStoredKey(type),
      place: kind.columns.findIndex((column) => column.name === name),
    }))
    .filter(({ place }) => place >= 0)
  return {
    names: known.flatMap(({ name, keyed }) =>
      keyed ? [quoteIdentifier(name), quoteIdentifier(`_order_${name}`)] : [quoteIdentifier(name)],
    ),
    makeValues(values) {
      const cells: Cell[] = []
      for (const { place, type, keyed } of known) {
        const value = toCell(values[place] ?? null)
        cells.push(value)
        if (keyed) cells.push(sortKey(value, type))
      }
      return cells
    },
  }
}

/** What is written of a row. */
export function textsOf({ resource, values, search }: StoredRow): RowTexts {
  const { id, group, body, text = null } = resource
  return {
    id,
    group: group?.id ?? null,
    body: JSON.stringify(body),
    fields: group ? JSON.stringify(group.fields) : null,
    text,
    values,
    search,
  }
}

/** Resources are taken for the same if their digests are: 66 bits of document and fields of the group as JSON. */
export function digestOf(body: string, groupFields: string | null): string {
  return hash('sha256', groupFields === null ? body : `${body}\n${groupFields}`, 'base64url').slice(0, 11)
}

/** A value as it stands in a cell. */
export function toCell(value: Json): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
