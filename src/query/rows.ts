import { toPlainNumber } from '../exact-number.ts'
import { compareKeys, type SortKey, sortKey } from '../kinds/order.ts'
import type { ColumnType, Json, Sort } from '../model.ts'

/** How a column of any result is read, and the type of its values: null if it is not known. */
export interface ColumnReading {
  readonly read: (column: string) => (item: Json) => Json
  readonly typeOf: (column: string) => ColumnType | null
}

/** The items in the order of the columns: the first decides, the others between what is equal by it. */
export function sortItems(items: Iterable<Json>, sort: Sort, { read, typeOf }: ColumnReading): Json[] {
  const sorts = listSorts(sort).map(({ column, descending }) => ({
    read: read(column),
    type: typeOf(column),
    descending,
  }))
  const keyed = Array.from(items, (item) => ({
    item,
    keys: sorts.map((each) => sortKey(toPlainNumber(each.read(item)), each.type)),
  }))
  const directions = sorts.map(({ descending }) => descending)
  return keyed.sort((a, b) => compareAll(a.keys, b.keys, directions)).map(({ item }) => item)
}

/** The first items, and no more: a stream that is longer ends there. All of them if `count` is null. */
export function takeFirst(items: Iterable<Json>, count: number | null): Iterable<Json> {
  return count === null ? items : takeSome(items, count)
}

/** The items as objects of these columns. */
export function* projectItems(
  items: Iterable<Json>,
  columns: readonly string[],
  read: ColumnReading['read'],
): Generator<Json> {
  const readers = columns.map(read)
  for (const item of items) {
    yield Object.fromEntries(columns.map((column, index) => [column, readers[index]?.(item) ?? null]))
  }
}

/** An order as the columns that it is made of, the first one first. */
export function listSorts(sort: Sort): readonly Sort[] {
  return [sort, ...(sort.next ? listSorts(sort.next) : [])]
}

function compareAll(a: readonly SortKey[], b: readonly SortKey[], descending: readonly boolean[]): number {
  for (const [index, key] of a.entries()) {
    const order = compareKeys(key, b[index] ?? null, descending[index] === true)
    if (order !== 0) return order
  }
  return 0
}

function* takeSome(items: Iterable<Json>, count: number): Generator<Json> {
  if (count === 0) return
  let left = count
  for (const item of items) {
    yield item
    left -= 1
    if (left === 0) return
  }
}
