import { usageError } from '../errors.ts'
import { findKind } from '../kinds.ts'
import type { Answer, Json, View } from '../model.ts'
import { type FilteredRows, makeItemTest, resultRows } from './filter/filter-predicate.ts'
import { answerGroups } from './groups.ts'
import { type ColumnReading, projectItems, sortItems, takeFirst } from './rows.ts'
import { isOpen, projectOpen } from './wildcards.ts'

/**
 * Filters, sorts, groups and projects a list result as the view asks. `names` are the names of the places in its rows.
 * `rows`: how the filter reads them, if not as the rows of any result.
 */
export function shapeAnswer(
  answer: Answer,
  view: View,
  reading: ColumnReading,
  names: readonly string[] | null,
  rows: FilteredRows = resultRows(
    findKind(view.kind),
    view.columns && isOpen(view.columns) ? null : view.columns,
    names,
  ),
): Answer {
  const { read } = reading
  const { filters, sort, group, limit } = view
  if (answer.type === 'value') {
    if (filters.length === 0 && !sort && !group && !view.columns && limit === null) return answer
    throw usageError(
      '--filter, --sort, --columns, --limit and --count-by shape a list, and this result is not one: leave them out.',
    )
  }
  let items = answer.items
  if (filters.length > 0) items = filterItems(items, makeItemTest(filters, rows, view.now))
  if (group) return answerGroups(items, { ...view, group }, reading, answer.title)
  if (sort) items = sortItems(items, sort, reading)
  items = takeFirst(items, limit)
  const columns = view.columns ?? names
  if (!columns) return { ...answer, items }
  if (isOpen(columns)) return { ...answer, ...projectOpen(items, columns, read, names) }
  return { ...answer, columns, items: projectItems(items, columns, read) }
}

function* filterItems(items: Iterable<Json>, passes: (item: Json) => boolean) {
  for (const item of items) if (passes(item)) yield item
}
