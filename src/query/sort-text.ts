import { usageError } from '../errors.ts'
import type { Sort } from '../model.ts'
import { columnWord, plainColumn, splitList } from './column-list.ts'

/** Reads `Account,Name desc`: columns with their directions, of which the first decides first. */
export function parseSort(text: string): Sort {
  const sort = readSort(text)
  if (sort) return sort
  throw usageError("--sort takes columns, as 'Region', 'Region desc' or 'Region,Name desc'.")
}

/** The same; null if a column has no name. */
export function readSort(text: string): Sort | null {
  let sort: Sort | null = null
  for (const part of splitList(text).toReversed()) {
    const read = readOne(part)
    if (!read) return null
    sort = sort ? { ...read, next: sort } : read
  }
  return sort
}

/** An order as text that is read as the same. */
export function formatSort({ column, descending, next }: Sort): string {
  const word = columnWord(column)
  // A tag may have a key such as `grade desc`.
  const isPlain = readOne(word)?.column === column
  const first = descending ? `${word} desc` : isPlain ? word : `${word} asc`
  return next ? `${first},${formatSort(next)}` : first
}

/** Reads `LaunchTime`, `LaunchTime desc`, `LaunchTime:desc` or `-LaunchTime`; null if it names no column. */
function readOne(text: string): Sort | null {
  const words = text.trim()
  const [, column = '', direction = 'asc'] = /^(.+?)(?:[\s:]+(asc|desc))?$/is.exec(words) ?? []
  const minus = column.startsWith('-') && column.length > 1
  const name = minus ? column.slice(1) : column
  if (name === '' || name === '-') return null
  return { column: plainColumn(name), descending: minus || direction.toLowerCase() === 'desc' }
}
