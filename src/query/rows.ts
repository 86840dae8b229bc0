import { toPlainNumber } from '../exact-number.ts'
import { type HeldItems, holdItems, joinHeld, packItems } from '../held-items.ts'
import { compareKeys, type SortKey, sortKey } from '../kinds/order.ts'
import type { ColumnType, Json, JsonObject, Sort } from '../model.ts'
import { makePausePoints } from '../pause-points.ts'
import { makeItemRows, membersOfItems, rowsOfItems } from '../ready-items.ts'

/** How a column of any result is read, and the type of its values: null if it is not known. */
export interface ColumnReading {
  readonly read: (column: string) => (item: Json) => Json
  readonly typeOf: (column: string) => ColumnType | null
}

/**
 * The items in the order of the columns: the first decides, the others between what is equal by it. All have been read
 * when it returns; more than a run of them wait packed, in runs that are merged when they are read.
 */
export function sortItems(items: Iterable<Json>, sort: Sort, { read, typeOf }: ColumnReading): HeldItems {
  const rows = rowsOfItems(items)
  const members = membersOfItems(items)
  if (rows && members && listSorts(sort).every(({ column }) => members.includes(column))) {
    const readCell = (column: string) => readPlace(members.indexOf(column))
    const sorted = sortItems(rows as Iterable<Json>, sort, { read: readCell, typeOf })
    return { ...makeItemRows(members, sorted as Iterable<readonly Json[]>), names: members }
  }
  const sorts = listSorts(sort).map(({ column, descending }) => ({
    read: read(column),
    type: typeOf(column),
    descending,
  }))
  const withKeys = (item: Json): KeyedItem => ({
    item,
    keys: sorts.map((each) => sortKey(toPlainNumber(each.read(item)), each.type)),
  })
  const directions = sorts.map(({ descending }) => descending)
  const pause = makePausePoints(comparisons)
  const compare = (a: KeyedItem, b: KeyedItem) => {
    pause()
    return compareAll(a.keys, b.keys, directions)
  }
  const runs: HeldItems[] = []
  let waiting: KeyedItem[] = []
  let most = firstRunLength
  for (const item of items) {
    if (waiting.length >= most) {
      runs.push(packItems(waiting.sort(compare).map(itemOf)))
      waiting = []
      most = runLength
    }
    if (most > runLength && !isFlat(item)) most = runLength
    waiting.push(withKeys(item))
  }
  const last = waiting.sort(compare).map(itemOf)
  if (runs.length === 0) return holdItems(last)
  runs.push(packItems(last))
  return joinHeld(runs, {
    *[Symbol.iterator]() {
      for (const { item } of mergeSorted(
        runs.map((run) => mapEach(run, withKeys)),
        compare,
      ))
        yield item
    },
  })
}

function readPlace(place: number): (item: Json) => Json {
  return (item) => (item as readonly Json[])[place] ?? null
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

interface KeyedItem {
  readonly item: Json
  readonly keys: readonly SortKey[]
}

/** So many take less than a ms. */
const comparisons = 1024
/** So many items are sorted at once. */
const runLength = 8192
/**
 * So many that hold neither lists nor objects, which a few MB are enough for, wait as they are: to pack and to unpack 24,000
 * took a seventh of the query that finds them.
 */
const firstRunLength = 4 * runLength

/** Whether it is a cell, or a list or an object of cells. */
function isFlat(item: Json): boolean {
  if (typeof item !== 'object' || item === null) return true
  for (const name in item) {
    const value = (item as JsonObject)[name]
    if (typeof value === 'object' && value !== null) return false
  }
  return true
}

function itemOf({ item }: KeyedItem): Json {
  return item
}

function* mapEach<From, To>(all: Iterable<From>, map: (each: From) => To): Generator<To> {
  for (const each of all) yield map(each)
}

/** Sorted lists as one. Of what is equal, that of the earlier list comes first. */
function mergeSorted<T>(lists: readonly Iterable<T>[], compare: (a: T, b: T) => number): Iterable<T> {
  const [only = []] = lists
  if (lists.length < 2) return only
  const middle = lists.length >> 1
  return mergeTwo(
    mergeSorted(lists.slice(0, middle), compare),
    mergeSorted(lists.slice(middle), compare),
    compare,
  )
}

function* mergeTwo<T>(
  first: Iterable<T>,
  second: Iterable<T>,
  compare: (a: T, b: T) => number,
): Generator<T> {
  const [left, right] = [first[Symbol.iterator](), second[Symbol.iterator]()]
  let [a, b] = [left.next(), right.next()]
  while (!a.done || !b.done) {
    if (b.done || (!a.done && compare(a.value, b.value) <= 0)) {
      if (!a.done) yield a.value
      a = left.next()
    } else {
      yield b.value
      b = right.next()
    }
  }
}

function compareAll(a: readonly SortKey[], b: readonly SortKey[], descending: readonly boolean[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const order = compareKeys(a[index] ?? null, b[index] ?? null, descending[index] === true)
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
