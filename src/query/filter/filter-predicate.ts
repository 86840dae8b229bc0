import { isObject } from '../../json-object.ts'
import { tagListOf } from '../../kinds/tag-list.ts'
import { originFields } from '../../kinds.ts'
import type { Json, Kind } from '../../model.ts'
import { makeColumnReader, makeResourceReader } from '../column-readers.ts'
import {
  type BoundAsked,
  type BoundTerm,
  bindFilter,
  columnsOfKind,
  columnsOfRows,
  type FilterColumns,
} from './bind-filter.ts'
import { makeConditionTest } from './condition-test.ts'
import { FilterError } from './filter-error.ts'
import { type Filter, parseFilter } from './parse-filter.ts'
import { makeTagTest, makeTagWordTest } from './tag-tests.ts'
import { makeValueTest, type TextTest } from './value-test.ts'

/** How a filter reads rows. */
export interface FilteredRows {
  /** The columns of an item; the same object for items that have the same. */
  readonly columnsOf: (item: Json) => FilterColumns
  /** Whether all items have the same columns: a value that does not fit one is an error then. */
  readonly uniform: boolean
  readonly read: (column: string) => (item: Json) => Json
  /** The columns that words look into beside the tags; null for everything that an item holds. */
  readonly searched: readonly string[] | null
}

/** Resources of a kind that carry their origin, with the columns that are shown: they have the columns of the table. */
export function resourceRows(kind: Kind, shown: readonly string[]): FilteredRows {
  const columns = columnsOfKind(kind, shown)
  // As in the cache, a joined column is looked into while it is shown.
  const own = kind.columns.map(({ name }) => name)
  return {
    columnsOf: () => columns,
    uniform: true,
    read: (column) => makeResourceReader(column, kind),
    searched: [...new Set([...own, ...originFields, ...shown])],
  }
}

/** The rows of any result: their columns are those that are shown or named, or else their members. */
export function resultRows(
  kind: Kind,
  shown: readonly string[] | null,
  names: readonly string[] | null,
): FilteredRows {
  const known = new Map<string, FilterColumns>()
  return {
    columnsOf(item) {
      const members = [...new Set([...(shown ?? []), ...membersOf(item, names)])]
      // A row with the kind's id is a resource of it.
      const isResource = isObject(item) && Object.hasOwn(item, kind.id)
      const key = `${isResource} ${members.join('\0')}`
      const found =
        known.get(key) ?? (isResource ? columnsOfKind(kind, members) : columnsOfRows(members, kind))
      // However many kinds of rows a document holds.
      if (known.size >= 1000) known.clear()
      known.set(key, found)
      return found
    },
    uniform: false,
    read: (column) => makeColumnReader(column, kind, names),
    searched: shown,
  }
}

function membersOf(item: Json, names: readonly string[] | null): readonly string[] {
  if (Array.isArray(item)) return names ?? item.map((_, index) => String(index + 1))
  return isObject(item) ? Object.keys(item) : ['value']
}

/**
 * Makes the function that says whether an item passes all filters. Conditions in JMESPath are asked last, so that one that
 * fails over a row fails only where everything else holds. Ages count from `now`.
 * @throws FilterError
 */
export function makeItemTest(
  filters: readonly string[],
  rows: FilteredRows,
  now: number,
): (item: Json) => boolean {
  const parsed = filters.map(parseFilter)
  const made = new WeakMap<FilterColumns, (item: Json) => boolean>()
  return (item) => {
    const columns = rows.columnsOf(item)
    const test = made.get(columns) ?? makeTest(parsed, columns, rows, now)
    made.set(columns, test)
    return test(item)
  }
}

function makeTest(
  filters: readonly Filter[],
  columns: FilterColumns,
  rows: FilteredRows,
  now: number,
): (item: Json) => boolean {
  const terms = filters.flatMap((filter) =>
    rows.uniform ? bindFilter(filter, columns, now) : bindLoosely(filter, columns, now),
  )
  const last = (term: BoundTerm) => Number(term.asks.type === 'condition')
  const readAll = makePartsReader(rows)
  const tests = terms
    .toSorted((a, b) => last(a) - last(b))
    .map(({ inverse, asks }) => ({ inverse, holds: makeAskedTest(asks, rows, readAll) }))
  return (item) => tests.every(({ inverse, holds }) => holds(item) !== inverse)
}

/** Rows that differ may have other values under a name than the kind: those show what they are. */
function bindLoosely(filter: Filter, columns: FilterColumns, now: number): readonly BoundTerm[] {
  try {
    return bindFilter(filter, columns, now)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const untyped = columns.columns.map((column) => ({ ...column, type: null }))
    return bindFilter(filter, { ...columns, columns: untyped }, now)
  }
}

function makeAskedTest(asks: BoundAsked, rows: FilteredRows, readAll: PartsReader): (item: Json) => boolean {
  switch (asks.type) {
    case 'word':
      return makeWordTest(asks.test, rows.searched ? readAll : null)
    case 'columns': {
      const tests = asks.columns.map(({ name, test }) => ({
        read: rows.read(name),
        passes: makeValueTest(test),
      }))
      return (item) => tests.some(({ read, passes }) => passes(read(item)))
    }
    case 'tag': {
      const passes = makeTagTest(asks)
      return (item) => isObject(item) && passes(tagListOf(item))
    }
    case 'condition':
      return makeConditionTest(asks.expression)
  }
}

type PartsReader = (item: Json) => readonly Json[]

/** Makes the function that reads the columns that words look into: once, however many words are asked of an item. */
function makePartsReader({ searched, read }: FilteredRows): PartsReader {
  const readers = (searched ?? []).map(read)
  let last: { readonly item: Json; readonly parts: readonly Json[] } | null = null
  return (item) => {
    if (last?.item !== item) last = { item, parts: readers.map((each) => each(item)) }
    return last.parts
  }
}

function makeWordTest(test: TextTest, readAll: PartsReader | null): (item: Json) => boolean {
  const passes = makeValueTest(test)
  const inTags = makeTagWordTest(test)
  if (readAll) return (item) => readAll(item).some(passes) || (isObject(item) && inTags(tagListOf(item)))
  const anywhere = (value: Json): boolean => {
    if (Array.isArray(value)) return value.some(anywhere)
    if (!isObject(value)) return passes(value)
    return ('Value' in value && inTags([value])) || Object.values(value).some(anywhere)
  }
  return anywhere
}
