import { needsStoredKey, sortKey } from '../kinds/order.ts'
import type { Json, Kind, Resource } from '../model.ts'
import type { ResourceDocument, ResourceText, RowMaking, RowValues } from '../pages.ts'
import { type HeldColumns, quoteIdentifier } from './kind-tables.ts'

/** A resource with its row. */
export interface StoredRow extends RowValues {
  readonly resource: Resource
}

/** A row that is to be written, or what it is made of. */
export type WrittenRow = StoredRow | ResourceText | ResourceDocument

export type Cell = string | number | null

/** The columns that muster writes of a kind's table, and how it makes their values. */
export interface Cells {
  /** Names as they are written in SQL. */
  readonly names: readonly string[]
  /** The values for `names`, of what the kind's columns gave. */
  readonly makeValues: (values: readonly Json[]) => readonly Cell[]
  /** Adds the same to others. */
  readonly addValues: (values: readonly Json[], to: Cell[]) => void
  /** Whether SQLite keeps such values for `names` as they are. */
  readonly areKept: (values: readonly unknown[]) => boolean
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
  const addValues = (values: readonly Json[], to: Cell[]) => {
    for (const { place, type, keyed } of known) {
      const value = toCell(values[place] ?? null)
      to.push(value)
      if (keyed) to.push(sortKey(value, type))
    }
  }
  const areNumbers = known.flatMap(({ type, keyed }) =>
    keyed ? [type === 'number', false] : [type === 'number'],
  )
  return {
    names: known.flatMap(({ name, keyed }) =>
      keyed ? [quoteIdentifier(name), quoteIdentifier(`_order_${name}`)] : [quoteIdentifier(name)],
    ),
    makeValues(values) {
      const cells: Cell[] = []
      addValues(values, cells)
      return cells
    },
    addValues,
    areKept: (values) =>
      areNumbers.every(
        (isNumber, at) => values[at] === null || typeof values[at] === (isNumber ? 'number' : 'string'),
      ),
  }
}

/** What is written of a row. `making` is needed for a document. */
export function textsOf(row: WrittenRow, making?: RowMaking): ResourceText {
  if (!('resource' in row)) {
    if ('values' in row) return row
    const { document } = row
    if (!making) throw new Error(`${row.id}: nothing makes a row of its document`)
    const { values, search } = making.evaluateDocument(document)
    return { ...row, values, search }
  }
  const { resource, values, search } = row
  const { id, group, body, text = null } = resource
  return {
    id,
    group: group && { id: group.id, fields: JSON.stringify(group.fields) },
    document: JSON.stringify(body),
    text,
    values,
    search,
  }
}

/** What stands for a NUL character in the text that the filter looks into: there SQLite's GLOB would end. XML has neither. */
export const searchedNul = '\uffff'

/** A value as it stands in a cell. */
export function toCell(value: Json): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
