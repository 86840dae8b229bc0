import { usageError } from '../../errors.ts'
import { findColumnsNamed } from '../../kinds/short-names.ts'
import { findKind } from '../../kinds.ts'
import type { View } from '../../model.ts'
import {
  bindFilter,
  columnsOfKind,
  columnsOfRows,
  type FilterColumns,
  findFilterHints,
  type MadeRows,
} from './bind-filter.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'

/**
 * Reads the filters of a view before anything is asked. `rows`: the names in its rows, if they are known, or `table` for
 * the resources of its kind; `canHave`: whether its rows can have a column. Gives hints, as sentences.
 * @throws FilterError if a filter cannot be read, or a value does not fit its column
 */
export function readFilters(
  view: Pick<View, 'filters' | 'kind' | 'columns' | 'now'>,
  rows: Rows,
  canHave: MadeRows['canHave'] | null,
): readonly string[] {
  const columns = filterColumnsOf(view, rows)
  const kind = findKind(view.kind)
  const made = canHave && { canHave, ofKind: columnsOfKind(kind, kind.table) }
  return view.filters.flatMap((text) => {
    const filter = parseFilter(text)
    if (rows === 'table') bindFilter(filter, columns, view.now)
    return rows === null ? [] : findFilterHints(filter, columns, rows === 'table' ? null : made)
  })
}

/** The name of a column at the end of a filter that is being typed, behind which an operator may follow; null for any other end. */
export function findOpenName(text: string, view: Pick<View, 'kind' | 'columns'>, rows: Rows): string | null {
  const [, name] = /(?:^|\s)!?([\p{L}\p{N}_][\p{L}\p{M}\p{N}_./@+-]*)$/u.exec(text) ?? []
  if (name === undefined) return null
  const last = parseFilter(text).terms.at(-1)?.asks
  if (last?.type !== 'word' || last.pattern.text !== name || last.pattern.form !== 'text') return null
  const { columns, id } = filterColumnsOf(view, rows)
  return findColumnsNamed(name, columns, id).length > 0 ? name : null
}

/** The names in rows, or `table` for the resources of a kind; null if they are not known. */
type Rows = readonly string[] | 'table' | null

/** The columns that a filter of a view may name. */
export function filterColumnsOf(
  { kind: name, columns: shown }: Pick<View, 'kind' | 'columns'>,
  rows: Rows,
): FilterColumns {
  const kind = findKind(name)
  const isResource = rows === 'table' || rows?.includes(kind.id)
  const names = [...(shown ?? []), ...(rows === 'table' ? kind.table : (rows ?? []))]
  return isResource ? columnsOfKind(kind, names) : columnsOfRows(names, kind)
}

/**
 * The same for a command: its mistakes are usage errors. `whereOf` says for the filter of a place where it stands: in an
 * option, or a saved query.
 */
export function checkFilters(
  view: Parameters<typeof readFilters>[0],
  rows: Parameters<typeof readFilters>[1],
  canHave: MadeRows['canHave'],
  whereOf: (place: number) => string,
): readonly string[] {
  return view.filters.flatMap((text, place) => {
    try {
      return readFilters({ ...view, filters: [text] }, rows, canHave).map(
        (hint) => `${whereOf(place)}: ${hint}`,
      )
    } catch (error) {
      throw error instanceof FilterError ? usageError(`${whereOf(place)}: ${error.message}`, error) : error
    }
  })
}
