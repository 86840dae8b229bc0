import { usageError } from '../errors.ts'
import { isObject } from '../json-object.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Answer, Json, View } from '../model.ts'
import type { TextFilter } from '../store/runs.ts'
import { answerGroups } from './groups.ts'
import { type ColumnReading, projectItems, sortItems, takeFirst } from './rows.ts'
import { parseFilter } from './text-filter.ts'

/**
 * Filters, sorts, groups and projects a list result as the view asks. `names` are the names of the places in its rows.
 * The filter looks into `filterColumns` and the tags; without any, into everything that an item holds.
 */
export function shapeAnswer(
  answer: Answer,
  view: View,
  reading: ColumnReading,
  names: readonly string[] | null,
  filterColumns: readonly string[] | null = view.columns,
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
  const filterReaders = filterColumns?.map(read) ?? null
  if (filters.length > 0) items = filterItems(items, filters.map(parseFilter), filterReaders)
  if (group) return answerGroups(items, { ...view, group }, reading, answer.title)
  if (sort) items = sortItems(items, sort, reading)
  items = takeFirst(items, limit)
  const columns = view.columns ?? names
  if (!columns) return { ...answer, items }
  return { ...answer, columns, items: projectItems(items, columns, read) }
}

function* filterItems(
  items: Iterable<Json>,
  filters: readonly TextFilter[],
  columns: ((item: Json) => Json)[] | null,
) {
  for (const item of items) {
    const parts = columns
      ? [...columns.map((read) => read(item)), isObject(item) ? tagListOf(item) : null]
      : [item]
    if (filters.every(({ text, inverse }) => parts.some((part) => hasText(part, text)) !== inverse))
      yield item
  }
}

function hasText(value: Json, text: string): boolean {
  if (Array.isArray(value)) return value.some((each) => hasText(each, text))
  if (isObject(value)) {
    if (
      typeof value.Key === 'string' &&
      'Value' in value &&
      `${value.Key}=${value.Value}`.toLowerCase().includes(text)
    ) {
      return true
    }
    return Object.values(value).some((each) => hasText(each, text))
  }
  return value !== null && String(value).toLowerCase().includes(text)
}
