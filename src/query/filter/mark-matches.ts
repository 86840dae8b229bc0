import type { Json } from '../../model.ts'
import { type BoundAsked, type BoundTerm, bindFilter, type FilterColumns } from './bind-filter.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'
import { hasFewWays } from './regex-test.ts'
import { makeTagTest, makeTagWordTest } from './tag-tests.ts'
import { makeValueTest, type ValueTest } from './value-test.ts'

/** A part of a text, in UTF-16 units. */
export type Range = readonly [from: number, to: number]

/** Finds parts of a text that stands for a value. */
type Finder = (value: Json, text: string) => readonly Range[]

/** What finds a term of a filter in a row. */
export interface TermFinder {
  /** What finds it in a column; null for one in which it is not looked for. */
  inColumn(column: string): Finder | null
  /** Finds it in a tag, in `Key=Value`. */
  inTag(key: string, value: string): readonly Range[]
}

/** Makes what finds the terms of filters. Terms that a row must not pass, and conditions, stand at no place in it. */
export function makeTermFinders(
  filters: readonly string[],
  columns: FilterColumns,
  now: number,
): readonly TermFinder[] {
  return readTerms(filters, columns, now).flatMap(({ inverse, asks }) =>
    inverse || asks.type === 'condition'
      ? []
      : [{ inColumn: (column: string) => findInColumn(asks, column), inTag: findInTag(asks) }],
  )
}

function findInColumn(asks: BoundAsked, column: string): Finder | null {
  const finders = testsOf(asks, column).map(makeFinder)
  if (finders.length === 0) return null
  return (value, text) => joinRanges(finders.flatMap((find) => find(value, text)))
}

function findInTag(asks: BoundAsked): TermFinder['inTag'] {
  if (asks.type === 'tag') {
    const passes = makeTagTest(asks)
    return (key, value) => (passes([{ Key: key, Value: value }]) ? [[0, key.length + 1 + value.length]] : [])
  }
  if (asks.type !== 'word') return () => []
  const find = makeFinder(asks.test)
  const passes = makeTagWordTest(asks.test)
  return (key, value) => {
    const text = `${key}=${value}`
    if (!passes([{ Key: key, Value: value }])) return []
    const found = find(text, text)
    return found.length > 0 ? found : [[0, text.length]]
  }
}

/** Rows that differ may not fit a filter, which then looks into them as text alone. */
function readTerms(filters: readonly string[], columns: FilterColumns, now: number): readonly BoundTerm[] {
  try {
    return filters.flatMap((filter) => bindFilter(parseFilter(filter), columns, now))
  } catch (error) {
    if (error instanceof FilterError) return []
    throw error
  }
}

/** What a term asks of a column; null for any value. */
function testsOf(asks: BoundAsked, column: string): readonly (ValueTest | null)[] {
  switch (asks.type) {
    case 'word':
      return [asks.test]
    case 'columns':
      return asks.columns.filter(({ name }) => name === column).map(({ test }) => test)
    case 'tag': {
      const isShown = column.startsWith('tag:') && makeValueTest(asks.key)(column.slice('tag:'.length))
      return isShown ? [asks.value] : []
    }
    case 'condition':
      return []
  }
}

function makeFinder(test: ValueTest | null): Finder {
  if (test?.type === 'any') {
    const finders = test.of.map(makeFinder)
    return (value, text) => finders.flatMap((find) => find(value, text))
  }
  if (test?.type === 'text' && (test.how === 'part' || test.how === 'regex')) {
    const { how, sensitive, text: wanted } = test
    // Other regexes could take long to say where they match.
    const regex = how === 'regex' && hasFewWays(wanted) ? new RegExp(wanted, 'gu') : null
    const part = sensitive ? wanted : wanted.toLowerCase()
    const passes = makeValueTest(test)
    return (_, text) => {
      if (!passes(text)) return []
      const read = sensitive ? text : text.toLowerCase()
      // Few letters become two when they are made small: then the places are others.
      if (read.length !== text.length || (how === 'regex' && !regex)) return [[0, text.length]]
      return regex ? findAll(read, regex) : findParts(read, part)
    }
  }
  const passes = test === null ? (value: Json) => value !== null : makeValueTest(test)
  return (value, text) => (passes(value) ? [[0, text.length]] : [])
}

function findParts(text: string, part: string): readonly Range[] {
  const found: Range[] = []
  for (let at = text.indexOf(part); at >= 0 && part !== ''; at = text.indexOf(part, at + part.length))
    found.push([at, at + part.length])
  return found
}

function findAll(text: string, regex: RegExp): readonly Range[] {
  return [...text.matchAll(regex)].flatMap((found) =>
    found[0] === '' ? [] : [[found.index, found.index + found[0].length] as const],
  )
}

/** Ranges in their order, of which none touches another. */
export function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: Range[] = []
  for (const [from, to] of ranges.filter(([from, to]) => from < to).toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last && from <= last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], to)]
    else joined.push([from, to])
  }
  return joined
}
