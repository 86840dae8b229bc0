import { usageError } from '../../errors.ts'
import { findKind } from '../../kinds.ts'
import type { View } from '../../model.ts'
import { bindFilter, columnsOfKind, columnsOfRows, findFilterHints } from './bind-filter.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'

/**
 * Reads the filters of a view before anything is asked. `rows`: the names in its rows, if they are known, or `table` for
 * the resources of its kind. Gives hints, as sentences.
 * @throws FilterError if a filter cannot be read, or a value does not fit its column
 */
export function readFilters(
  { filters, kind: name, columns: shown, now }: Pick<View, 'filters' | 'kind' | 'columns' | 'now'>,
  rows: readonly string[] | 'table' | null,
): readonly string[] {
  const kind = findKind(name)
  const isResource = rows === 'table' || rows?.includes(kind.id)
  const names = [...(shown ?? []), ...(rows === 'table' ? kind.table : (rows ?? []))]
  const columns = isResource ? columnsOfKind(kind, names) : columnsOfRows(names, kind)
  return filters.flatMap((text) => {
    const filter = parseFilter(text)
    if (rows === 'table') bindFilter(filter, columns, now)
    return rows === null ? [] : findFilterHints(filter, columns)
  })
}

/**
 * The same for a command: its mistakes are usage errors. `whereOf` says for the filter of a place where it stands: in an
 * option, or a saved query.
 */
export function checkFilters(
  view: Parameters<typeof readFilters>[0],
  rows: Parameters<typeof readFilters>[1],
  whereOf: (place: number) => string,
): readonly string[] {
  return view.filters.flatMap((text, place) => {
    try {
      return readFilters({ ...view, filters: [text] }, rows).map((hint) => `${whereOf(place)}: ${hint}`)
    } catch (error) {
      throw error instanceof FilterError ? usageError(`${whereOf(place)}: ${error.message}`, error) : error
    }
  })
}
