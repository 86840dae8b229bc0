import { isObject } from '../json-object.ts'
import { compareKeys, sortKey } from '../kinds/order.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Json } from '../model.ts'
import type { ColumnReading } from './rows.ts'

/** Stands for a column of each tag key that is found. */
export const everyTag = 'tag:*'

/** Stands for the columns that a result has by itself. */
export const everyColumn = '*'

/** Whether it is known only by the rows which columns are meant. */
export function isOpen(columns: readonly string[]): boolean {
  return columns.includes(everyTag) || columns.includes(everyColumn)
}

/** The columns with those of tags in the place of `tag:*`: by code point, without those that have a place of their own. */
export function withTagColumns(columns: readonly string[], keys: Iterable<string>): readonly string[] {
  const found = Array.from(new Set(keys), (key) => ({ name: `tag:${key}`, key: sortKey(key, 'text') }))
  const tags = found
    .sort((a, b) => compareKeys(a.key, b.key, false))
    .flatMap(({ name }) => (columns.includes(name) ? [] : [name]))
  return columns.flatMap((column) => (column === everyTag ? tags : [column]))
}

/**
 * The rows of open columns as objects. They are gone through once; what is shown of them and their tags stays in memory,
 * until the last row says which columns there are.
 */
export function projectOpen(
  items: Iterable<Json>,
  columns: readonly string[],
  read: ColumnReading['read'],
  names: readonly string[] | null,
): { readonly columns: readonly string[]; readonly items: Iterable<Json> } {
  const fixed = columns.filter((column) => column !== everyTag && column !== everyColumn)
  const readers = fixed.map((column) => [column, read(column)] as const)
  const [hasTags, isWhole] = [columns.includes(everyTag), columns.includes(everyColumn)]
  const members = new Set<string>()
  const keys = new Set<string>()
  const rows = Array.from(items, (item) => {
    const cells: Cells = []
    for (const [key, value] of hasTags ? tagsOf(item) : []) {
      keys.add(key)
      cells.push(`tag:${key}`, value)
    }
    for (const [name, value] of isWhole ? ownCellsOf(item, names) : []) {
      members.add(name)
      cells.push(name, value)
    }
    for (const [column, readCell] of readers) cells.push(column, readCell(item))
    return cells
  })
  const own = columns.flatMap((column) => (column === everyColumn ? [...members] : [column]))
  const shown = withTagColumns([...new Set(own)], keys)
  return { columns: shown, items: makeObjects(rows, shown) }
}

/** Names and values in turn; the last value of a name is the one that is shown. */
type Cells = Json[]

function* makeObjects(rows: readonly Cells[], columns: readonly string[]): Generator<Json> {
  for (const cells of rows) {
    const values = new Map<Json | undefined, Json>()
    for (let at = 0; at < cells.length; at += 2) values.set(cells[at], cells[at + 1] ?? null)
    yield Object.fromEntries(columns.map((name) => [name, values.get(name) ?? null]))
  }
}

function tagsOf(item: Json): readonly (readonly [key: string, value: Json])[] {
  const tags = isObject(item) ? tagListOf(item) : null
  if (!Array.isArray(tags)) return []
  // The first of two that have one key, as for a column of that tag.
  return (tags as readonly Json[])
    .flatMap((tag): [string, Json][] =>
      isObject(tag) && typeof tag.Key === 'string' ? [[tag.Key, tag.Value ?? null]] : [],
    )
    .reverse()
}

function ownCellsOf(
  item: Json,
  names: readonly string[] | null,
): readonly (readonly [name: string, value: Json])[] {
  if (Array.isArray(item))
    return (item as readonly Json[]).map((value, index) => [names?.[index] ?? String(index + 1), value])
  return isObject(item) ? Object.entries(item) : [['value', item]]
}
