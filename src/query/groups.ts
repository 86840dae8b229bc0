import { usageError } from '../errors.ts'
import { toPlainNumber } from '../exact-number.ts'
import { isObject } from '../json-object.ts'
import { compareKeys, sortKey } from '../kinds/order.ts'
import type { Answer, Json, View } from '../model.ts'
import { makePausePoints } from '../pause-points.ts'
import { type ColumnReading, projectItems, sortItems, takeFirst } from './rows.ts'

/** What a group's number of rows is called, and the sum over its rows. */
export const countColumn = 'Count'
export const sumColumn = 'Sum'

/** What a view asks of its groups. */
export type GroupsAsked = Pick<View, 'sum' | 'top' | 'sort' | 'columns' | 'limit'> & {
  readonly group: readonly string[]
}

type ListAnswer = Extract<Answer, { type: 'list' }>

/**
 * Counts rows by their values in some columns. The groups with the most rows come first, or those with the largest sums;
 * `top` is taken of this order, `limit` after the view's own. `countOfLast`: how often the item that was taken last is there.
 */
export function answerGroups(
  items: Iterable<Json>,
  { group, sum, top, sort, columns, limit }: GroupsAsked,
  reading: ColumnReading,
  title: string,
  countOfLast = () => 1,
): ListAnswer {
  const names = groupColumns(group, sum)
  const counted = takeFirst(countItems(items, group, sum, reading, countOfLast), top)
  const own: ColumnReading = {
    // A group holds the value that it was grouped by, whatever a column of that name means in a resource.
    read: (column) => (names.includes(column) ? readMember(column) : reading.read(column)),
    typeOf: reading.typeOf,
  }
  const sorted = takeFirst(sort ? sortItems(counted, sort, own) : counted, limit)
  return {
    type: 'list',
    title,
    columns: columns ?? names,
    items: columns ? projectItems(sorted, columns, own.read) : sorted,
  }
}

/** The columns of groups. */
export function groupColumns(group: readonly string[], sum: string | null): readonly string[] {
  return [...group, countColumn, ...(sum === null ? [] : [sumColumn])]
}

/** So many take less than a ms. */
const comparisons = 1024

interface Group {
  readonly values: readonly Json[]
  count: number
  sum: number
}

function countItems(
  items: Iterable<Json>,
  columns: readonly string[],
  sum: string | null,
  { read, typeOf }: ColumnReading,
  countOfLast: () => number,
): readonly Json[] {
  const readers = columns.map(read)
  const readSum = sum === null ? null : read(sum)
  const groups = new Map<string, Group>()
  for (const item of items) {
    const values = readers.map((each) => each(item))
    const added = readSum && sum !== null ? toNumber(readSum(item), sum) : 0
    const key = JSON.stringify(values)
    const times = countOfLast()
    const known = groups.get(key)
    if (known) {
      known.count += times
      known.sum += added * times
    } else groups.set(key, { values, count: times, sum: added * times })
  }
  const types = columns.map(typeOf)
  const pause = makePausePoints(comparisons)
  const sizeOf = sum === null ? ({ count }: Group) => count : (each: Group) => each.sum
  const sorted = Array.from(groups.values(), (group) => ({
    group,
    size: sizeOf(group),
    keys: group.values.map((value, index) => sortKey(toPlainNumber(value), types[index] ?? null)),
  })).sort((a, b) => {
    pause()
    if (a.size !== b.size) return b.size - a.size
    const orders = a.keys.map((key, index) => compareKeys(key, b.keys[index] ?? null, false))
    return orders.find((order) => order !== 0) ?? 0
  })
  return sorted.map(({ group }) => ({
    ...Object.fromEntries(columns.map((column, index) => [column, group.values[index] ?? null])),
    [countColumn]: group.count,
    ...(sum === null ? {} : { [sumColumn]: group.sum }),
  }))
}

/** A number to add. A tag can only hold text: one that is a number is added as well. What is missing adds nothing. */
function toNumber(value: Json, column: string): number {
  const plain = toPlainNumber(value)
  if (plain === null) return 0
  if (typeof plain === 'number') return plain
  if (typeof plain === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(plain)) return Number(plain)
  const text = JSON.stringify(plain)
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  throw usageError(
    `--sum ${column} adds up numbers, and a row has ${shown}: leave such rows out, or the sum.`,
  )
}

function readMember(name: string): (item: Json) => Json {
  return (item) => (isObject(item) ? (item[name] ?? null) : null)
}
