import { needsStoredKey, type SortKey, sortKey } from '../kinds/order.ts'
import type { ColumnType, Json, Kind, Resource } from '../model.ts'
import type { ResourceDocument, ResourceText, RowMaking, RowValues } from '../pages.ts'
import { hashCell } from './cell-hashes.ts'
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
  /**
   * Puts the same into a list, from a place on, and into `hashes` what `hashCell` gives of each. Says whether SQLite keeps
   * all of them as they are: it makes a number of a text in a column of numbers, and the reverse. `given`: the hashes of
   * the values, if somebody has made them.
   */
  readonly putValues: (
    values: readonly Json[],
    to: Cell[],
    at: number,
    hashes: Int32Array,
    given: Int32Array | undefined,
  ) => boolean
  /** Forgets the sort keys that `putValues` has made: each of their texts holds all of its row in memory. */
  readonly forget: () => void
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
      keys: needsStoredKey(type) ? makeKeys(type) : null,
      place: kind.columns.findIndex((column) => column.name === name),
    }))
    .filter(({ place }) => place >= 0)
  return {
    names: known.flatMap(({ name, keys }) =>
      keys ? [quoteIdentifier(name), quoteIdentifier(`_order_${name}`)] : [quoteIdentifier(name)],
    ),
    makeValues: (values) =>
      known.flatMap(({ place, type, keys }) => {
        const value = toCell(values[place] ?? null)
        return keys ? [value, sortKey(value, type)] : [value]
      }),
    putValues(values, to, at, hashes, given) {
      let areKept = true
      let next = 0
      for (const { place, type, keys } of known) {
        const value = toCell(values[place] ?? null)
        const isText = typeof value === 'string'
        areKept &&= value === null || isText === (type !== 'number')
        const hash = given ? (given[place] as number) : hashCell(value)
        to[at + next] = value
        hashes[next] = hash
        next += 1
        if (!keys) continue
        const found = isText ? keys.find(value) : { key: value, hash }
        to[at + next] = found.key
        hashes[next] = found.hash
        next += 1
      }
      return areKept
    },
    forget() {
      for (const { keys } of known) keys?.forget()
    },
  }
}

/** A text's sort key, and what `hashCell` gives of it. */
interface KnownKey {
  readonly key: SortKey
  readonly hash: number
}

/** If more than so many rows of a page have another text each, a column's texts hardly come twice: names, addresses. */
const mostTexts = 128

/** Makes the sort keys of a column: that of a text which comes again is known. */
function makeKeys(type: ColumnType) {
  const known = new Map<string, KnownKey>()
  let left = mostTexts
  return {
    find(text: string): KnownKey {
      const found = left > 0 ? known.get(text) : undefined
      if (found) return found
      const key = sortKey(text, type)
      const made = { key, hash: hashCell(key) }
      if (left > 0) {
        left -= 1
        known.set(text, made)
      }
      return made
    },

    forget(): void {
      known.clear()
      left = mostTexts
    },
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
