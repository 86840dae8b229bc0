import { hash } from 'node:crypto'
import { needsStoredKey, sortKey } from '../kinds/order.ts'
import type { Json, Kind, Resource } from '../model.ts'
import type { ResourceText, RowValues } from '../pages.ts'
import { type HeldColumns, quoteIdentifier } from './kind-tables.ts'

/** A resource with its row. */
export interface StoredRow extends RowValues {
  readonly resource: Resource
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
export function textsOf({ resource, values, search }: StoredRow): ResourceText {
  const { id, group, body, text = null } = resource
  return {
    id,
    group: group && { id: group.id, fields: JSON.stringify(group.fields) },
    json: JSON.stringify(body),
    text,
    values,
    search,
  }
}

/** Resources are taken for the same if their digests are: 66 bits of document and fields of the group as JSON. */
export function digestOf(body: string | Uint8Array, groupFields: string | null): string {
  const text =
    typeof body !== 'string'
      ? joinBytes(body, groupFields)
      : groupFields === null
        ? body
        : `${body}\n${groupFields}`
  return hash('sha256', text, 'base64url').slice(0, 11)
}

/** One text of bytes costs a third of what a hash of two parts does. */
function joinBytes(body: Uint8Array, groupFields: string | null): Uint8Array {
  if (groupFields === null) return body
  const joined = Buffer.allocUnsafe(body.length + 1 + 3 * groupFields.length)
  joined.set(body)
  return joined.subarray(0, body.length + joined.write(`\n${groupFields}`, body.length))
}

/** What stands for a NUL character in the text that the filter looks into: there SQLite's GLOB would end. XML has neither. */
export const searchedNul = '\uffff'

/** A value as it stands in a cell. */
export function toCell(value: Json): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
