import { usageError } from '../errors.ts'
import { toPlainNumber } from '../exact-number.ts'
import { isObject } from '../json-object.ts'
import { compareKeys, sortKey } from '../kinds/order.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Answer, ColumnType, Json, View } from '../model.ts'
import type { TextFilter } from '../store/runs.ts'
import { parseFilter } from './text-filter.ts'

/** How a column of any result is read, and the type of its values: null if it is not known. */
export interface ColumnReading {
  readonly read: (column: string) => (item: Json) => Json
  readonly typeOf: (column: string) => ColumnType | null
}

/**
 * Filters, sorts, groups and projects a list result as the view asks. `names` are the names of the places in its rows.
 * The filter looks into `filterColumns` and the tags; without any, into everything that an item holds.
 */
export function shapeAnswer(
  answer: Answer,
  view: View,
  reading: ColumnReading,
  names: readonly string[] | null,
  filterColumns: readonly string[] | null = view.columns,
): Answer {
  const { read, typeOf } = reading
  const { filters, sort, group, limit } = view
  if (answer.type === 'value') {
    if (filters.length === 0 && !sort && !group && !view.columns && limit === null) return answer
    throw usageError(
      '--filter, --sort, --columns, --limit and count-by shape a list, and this result is not one: leave them out.',
    )
  }
  let items = answer.items
  const filterReaders = filterColumns?.map(read) ?? null
  if (filters.length > 0) items = filterItems(items, filters.map(parseFilter), filterReaders)
  if (group)
    return shapeGroups(countByValue(items, group, read(group), typeOf(group), answer.title), view, reading)
  if (sort) items = sortItems(items, read(sort.column), typeOf(sort.column), sort.descending)
  if (limit !== null) items = takeFirst(items, limit)
  const columns = view.columns ?? names
  if (!columns) return { ...answer, items }
  return { ...answer, columns, items: projectItems(items, columns, columns.map(read)) }
}

/** Sorts and projects groups as the view asks; unasked they stay in the order of their counts. */
export function shapeGroups(
  groups: ListAnswer,
  { sort, columns, group, limit }: Pick<View, 'sort' | 'columns' | 'group' | 'limit'>,
  { read, typeOf }: ColumnReading,
): Answer {
  const readOwn = (column: string) =>
    column === group || column === countColumn ? memberReader(column) : read(column)
  const sorted = sort
    ? sortItems(groups.items, readOwn(sort.column), typeOf(sort.column), sort.descending)
    : groups.items
  const items = limit === null ? sorted : takeFirst(sorted, limit)
  return columns
    ? { ...groups, columns, items: projectItems(items, columns, columns.map(readOwn)) }
    : { ...groups, items }
}

/** A group holds the value that it was grouped by, whatever a column of that name means in a resource. */
function memberReader(name: string): (item: Json) => Json {
  return (item) => (isObject(item) ? (item[name] ?? null) : null)
}

/** What a group's number of rows is called. */
export const countColumn = 'Count'

type ListAnswer = Extract<Answer, { type: 'list' }>

/** Counts rows by a value: the most frequent first. */
export function countByValue(
  items: Iterable<Json>,
  column: string,
  read: (item: Json) => Json,
  type: ColumnType | null,
  title: string,
): ListAnswer {
  const counts = new Map<string, { value: Json; count: number }>()
  for (const item of items) {
    const value = read(item)
    const key = JSON.stringify(value)
    const known = counts.get(key)
    if (known) known.count += 1
    else counts.set(key, { value, count: 1 })
  }
  const rows = [...counts.values()].map((each) => ({
    ...each,
    key: sortKey(toPlainNumber(each.value), type),
  }))
  rows.sort((a, b) => b.count - a.count || compareKeys(a.key, b.key, false))
  const counted = rows.map(({ value, count }) => ({ [column]: value, [countColumn]: count }))
  return { type: 'list', title, columns: [column, countColumn], items: counted }
}

function* filterItems(
  items: Iterable<Json>,
  filters: readonly TextFilter[],
  columns: ((item: Json) => Json)[] | null,
) {
  for (const item of items) {
    const parts = columns
      ? [...columns.map((read) => read(item)), isObject(item) ? tagListOf(item) : null]
      : [item]
    if (filters.every(({ text, inverse }) => parts.some((part) => hasText(part, text)) !== inverse))
      yield item
  }
}

/** The first items, and no more: a stream that is longer ends there. */
export function* takeFirst(items: Iterable<Json>, count: number): Generator<Json> {
  if (count === 0) return
  let left = count
  for (const item of items) {
    yield item
    left -= 1
    if (left === 0) return
  }
}

function sortItems(
  items: Iterable<Json>,
  read: (item: Json) => Json,
  type: ColumnType | null,
  descending: boolean,
): Json[] {
  const keyed = Array.from(items, (item) => ({ item, key: sortKey(toPlainNumber(read(item)), type) }))
  return keyed.sort((a, b) => compareKeys(a.key, b.key, descending)).map(({ item }) => item)
}

function* projectItems(items: Iterable<Json>, columns: readonly string[], read: ((item: Json) => Json)[]) {
  for (const item of items) {
    yield Object.fromEntries(columns.map((column, index) => [column, read[index]?.(item) ?? null]))
  }
}

function hasText(value: Json, text: string): boolean {
  if (Array.isArray(value)) return value.some((each) => hasText(each, text))
  if (isObject(value)) {
    if (
      typeof value.Key === 'string' &&
      'Value' in value &&
      `${value.Key}=${value.Value}`.toLowerCase().includes(text)
    ) {
      return true
    }
    return Object.values(value).some((each) => hasText(each, text))
  }
  return value !== null && String(value).toLowerCase().includes(text)
}
