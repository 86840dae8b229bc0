import { holdItems } from '../held-items.ts'
import { isObject } from '../json-object.ts'
import type { Answer, Json, Table } from '../model.ts'
import { membersOfItems, rowsOfItems } from '../ready-items.ts'

/**
 * A list as named columns: the answer's own, else the members of its objects in the order in which they first
 * appear, `1`, `2` … for lists of lists, `value` for anything else. Only a list without names is collected, of which the members are not known.
 */
export function tableOf(answer: Answer): Table {
  if (answer.type === 'value') return makeValueTable(answer.title, answer.value)
  const { title, columns } = answer
  const rows = rowsOfItems(answer.items)
  if (rows && columns) return { title, columns, rows }
  const members = membersOfItems(answer.items)
  if (rows && members) return makeTableOfRows(title, members, rows)
  if (columns) return { title, columns, rows: rowsOf(answer.items, columns, indexInOrder) }
  if (members) return makeTableOfRows(title, members, rowsOf(answer.items, members, indexInOrder))
  const items = holdItems(answer.items)
  const found = items.names ?? columnsOf(items)
  return { title, columns: found, rows: rowsOf(items, found, indexByNumber) }
}

/**
 * What a format makes of the table of an answer. The format may end before it asks for a row, as when a full disk takes no
 * more than its head: the rows are closed then, too.
 */
export function* formatTableOf<T>(answer: Answer, format: (table: Table) => Iterable<T>): Generator<T> {
  const table = tableOf(answer)
  try {
    yield* format(table)
  } finally {
    const rows: Iterable<unknown> & Pick<Iterator<unknown>, 'return'> = table.rows
    rows.return?.()
  }
}

/** A list without a row has no columns. */
function makeTableOfRows(title: string, columns: readonly string[], rows: Iterable<readonly Json[]>): Table {
  const left = rows[Symbol.iterator]()
  const first = left.next()
  if (first.done) return { title, columns: [], rows: [] }
  return { title, columns, rows: withFirst(first.value, left) }
}

/** The first row was read to know that there is one: the others are open, and are closed though nobody may read any. */
function withFirst<T>(first: T, others: Iterator<T>): IterableIterator<T> {
  let isFirst = true
  return {
    [Symbol.iterator]() {
      return this
    },
    next() {
      if (!isFirst) return others.next()
      isFirst = false
      return { done: false, value: first }
    },
    return(value) {
      isFirst = false
      others.return?.()
      return { done: true, value }
    },
  }
}

/** Whether an answer is `{}`, for which the AWS CLI prints nothing. */
export function isEmptyObject(answer: Answer): boolean {
  return answer.type === 'value' && isObject(answer.value) && Object.keys(answer.value).length === 0
}

function makeValueTable(title: string, value: Json): Table {
  if (!isObject(value)) return { title, columns: ['value'], rows: [[value]] }
  return { title, columns: Object.keys(value), rows: [Object.values(value)] }
}

function columnsOf(items: Iterable<Json>): readonly string[] {
  const members = new Set<string>()
  let places = 0
  let others = false
  for (const item of items) {
    if (Array.isArray(item)) places = Math.max(places, item.length)
    else if (isObject(item)) for (const key of Object.keys(item)) members.add(key)
    else others = true
  }
  const numbered = Array.from({ length: places }, (_, index) => String(index + 1))
  return [...new Set([...members, ...numbered, ...(others ? ['value'] : [])])]
}

/** The place in a list that a column shows. A given name may be a number too, such as a tag `2024`. */
type ColumnIndex = (column: string, index: number) => number
const indexInOrder: ColumnIndex = (_, index) => index
const indexByNumber: ColumnIndex = (column) => Number(column) - 1

function* rowsOf(
  items: Iterable<Json>,
  columns: readonly string[],
  indexOf: ColumnIndex,
): Generator<readonly Json[]> {
  for (const item of items) {
    if (Array.isArray(item)) {
      yield columns.map((column, index) => item[indexOf(column, index)] ?? null)
    } else if (isObject(item))
      yield columns.map((column) => (Object.hasOwn(item, column) ? (item[column] ?? null) : null))
    else yield columns.map((column) => (column === 'value' || columns.length === 1 ? item : null))
  }
}
