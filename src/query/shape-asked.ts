import { usageError } from '../errors.ts'
import type { Kind, View } from '../model.ts'
import { plainColumn, splitColumns } from './column-list.ts'
import { columnsAsked, type OwnColumns, ownColumnsOf } from './columns-asked.ts'
import { groupColumns } from './groups.ts'
import type { SavedQuery } from './saved-text.ts'
import { parseSort } from './sort-text.ts'

/** The options that shape an answer, as they are written. */
export interface ShapeWords {
  readonly columns: readonly string[]
  readonly filter: readonly string[]
  readonly countBy: readonly string[]
  readonly sum: string | null
  readonly top: number | null
  readonly sort: string | null
  readonly limit: number | null
}

/** None of them. */
export const noShapeWords: ShapeWords = {
  columns: [],
  filter: [],
  countBy: [],
  sum: null,
  top: null,
  sort: null,
  limit: null,
}

export type AskedShape = Pick<View, 'filters' | 'group' | 'sum' | 'top' | 'sort' | 'columns' | 'limit'>

/**
 * The shape that the options ask for, or else the saved query; filters of both apply. `table`: the kind whose table is shaped,
 * and whether it has the columns that are joined; null for any other result.
 */
export function shapeAsked(
  words: ShapeWords,
  saved: SavedQuery | null,
  table: { readonly kind: Kind; readonly joined: boolean } | null,
): AskedShape {
  const given = namesIn(words.countBy)
  const group = given.length > 0 ? [...new Set(given)] : (saved?.group ?? null)
  // What a saved query says of its rows or groups is nothing for groups that the options make.
  const base = given.length > 0 ? null : saved
  const stray = group === null ? (['sum', 'top'] as const).find((name) => words[name] !== null) : undefined
  if (stray !== undefined)
    throw usageError(`--${stray} is about groups of rows: add --count-by COLUMN, or leave it out.`)
  const sum = words.sum === null ? (base?.sum ?? null) : plainColumn(words.sum)
  const unshaped = group ? namedColumns(groupColumns(group, sum)) : columnsOfResult(saved, table)
  const shown = columnsAsked(base?.show ? [base.show] : [], unshaped)
  return {
    filters: [...(saved?.filters ?? []), ...words.filter.filter((text) => text.trim() !== '')],
    group,
    sum,
    top: words.top ?? base?.top ?? null,
    sort: words.sort === null ? (base?.sort ?? null) : parseSort(words.sort),
    columns: columnsAsked(words.columns, { ...unshaped, unasked: shown ?? unshaped.unasked }) ?? shown,
    limit: words.limit ?? base?.limit ?? null,
  }
}

function columnsOfResult(saved: SavedQuery | null, table: Parameters<typeof shapeAsked>[2]): OwnColumns {
  if (saved?.columns) return namedColumns(saved.columns)
  return table ? ownColumnsOf(table.kind, table.joined) : { unasked: null, all: null }
}

function namedColumns(names: readonly string[]): OwnColumns {
  return { unasked: names, all: names }
}

function namesIn(lists: readonly string[]): readonly string[] {
  return lists.flatMap(splitColumns).filter((name) => name !== '')
}
