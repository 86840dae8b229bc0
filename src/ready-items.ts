import type { Json, ReadyText } from './model.ts'

/** A list of objects that all have the same members: what shows columns reads the rows, and makes no object of each. */
export interface ItemRows extends Iterable<Json> {
  readonly rows: Iterable<readonly Json[]>
  /** The members of the objects, in the order of the cells. */
  readonly members: readonly string[]
}

/**
 * Rows as such a list. Two columns of one name are one member of an object, and rows have them both: such a list has
 * objects alone.
 */
export function makeItemRows(
  columns: readonly string[],
  rows: Iterable<readonly Json[]>,
): ItemRows | Iterable<Json> {
  const objects = {
    *[Symbol.iterator]() {
      for (const row of rows)
        yield Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null]))
    },
  }
  return new Set(columns).size === columns.length ? { ...objects, rows, members: columns } : objects
}

/** A list of objects that all have these members, if they are known: what shows columns need not look for them first. */
export function withMembers(items: Iterable<Json>, members: readonly string[] | null): Iterable<Json> {
  return members ? { [Symbol.iterator]: () => items[Symbol.iterator](), ...{ members } } : items
}

/** The rows of such a list, whose cells stand in the order of the answer's columns; null for any other. */
export function rowsOfItems(items: Iterable<Json>): Iterable<readonly Json[]> | null {
  return 'rows' in items ? (items as ItemRows).rows : null
}

/** The members that all objects of such a list have; null for any other. */
export function membersOfItems(items: Iterable<Json>): readonly string[] | null {
  return 'members' in items ? ((items as ItemRows).members ?? null) : null
}

/** A list whose text is at hand: its items are made for those who ask for them. */
export interface ItemText extends Iterable<Json> {
  readonly text: ReadyText
  /** Each item as JSON.stringify writes it. */
  readonly lines: () => Iterable<string>
}

/** The text of such a list, and of each of its items; null for any other. */
export function textOfItems(items: Iterable<Json>): Pick<ItemText, 'text' | 'lines'> | null {
  return 'lines' in items ? (items as ItemText) : null
}
