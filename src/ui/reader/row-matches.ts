import { isObject } from '../../json-object.ts'
import { tagListOf } from '../../kinds/tag-list.ts'
import { findKind, originFields } from '../../kinds.ts'
import type { Json, JsonObject } from '../../model.ts'
import { formatCell } from '../../output/cell.ts'
import { makeResourceReader } from '../../query/column-readers.ts'
import { columnsOfKind, columnsOfRows } from '../../query/filter/bind-filter.ts'
import { joinRanges, makeTermFinders, type Range, type TermFinder } from '../../query/filter/mark-matches.ts'
import type { ListedRow } from '../../query/listing.ts'
import type { FoundBeside, FoundTerm } from '../threads/match-messages.ts'
import type { ShownRow, TableRequest } from '../threads/messages.ts'

/**
 * Makes the function that finds what a table's filters match in a row, in its columns or, of a resource, beside them; null
 * if they look for nothing.
 */
export function makeRowMarker(
  { view }: TableRequest,
  columns: readonly string[],
): ((row: ListedRow, shown: ShownRow, readItem: (key: number) => Json) => ShownRow) | null {
  if (view.filters.length === 0) return null
  const kind = findKind(view.kind)
  const isResource = columns.includes(kind.id)
  const named = isResource ? columnsOfKind(kind, columns) : columnsOfRows(columns, kind)
  const terms = makeTermFinders(view.filters, named, view.now)
  if (terms.length === 0) return null
  const finders = terms.map((term) => columns.map((column) => term.inColumn(column)))
  const others = isResource
    ? [...new Set([...kind.columns.map(({ name }) => name), ...originFields])]
        .filter((name) => !columns.includes(name))
        .map((name) => ({ name, read: makeResourceReader(name, kind) }))
    : []
  return (row, shown, readItem) => {
    const ranges = finders.map((each) =>
      each.map((find, place) => {
        const text = shown.cells[place] ?? ''
        return find && text !== '' ? find(row.cells[place] ?? null, text) : []
      }),
    )
    let item: Json | undefined
    const found = terms.map((term, index): FoundTerm => {
      const places = columns.flatMap((_, place) => ((ranges[index]?.[place] ?? []).length > 0 ? [place] : []))
      if (places.length > 0 || !isResource) return { places, beside: null }
      // The document is read only of a row that does not show why it is here.
      item ??= readItem(row.key)
      return { places, beside: isObject(item) ? findBeside(term, item, others) : null }
    })
    const matches = columns.map((_, place) => joinRanges(ranges.flatMap((each) => each[place] ?? [])))
    return { ...shown, found, ...(matches.some((each) => each.length > 0) ? { matches } : {}) }
  }
}

/** The first place where a term is found in a resource beside the columns of a table. */
function findBeside(
  term: TermFinder,
  resource: JsonObject,
  others: readonly { readonly name: string; readonly read: (resource: JsonObject) => Json }[],
): FoundBeside | null {
  const tags = tagListOf(resource)
  for (const tag of Array.isArray(tags) ? (tags as readonly Json[]) : []) {
    if (!isObject(tag) || typeof tag.Key !== 'string') continue
    const value = String(tag.Value ?? '')
    const ranges = term.inTag(tag.Key, value)
    if (ranges.length > 0) return toFound(null, `${tag.Key}=${value}`, ranges)
  }
  for (const { name, read } of others) {
    const find = term.inColumn(name)
    const value = find ? read(resource) : null
    if (!find || value === null) continue
    const text = formatCell(value)
    const ranges = find(value, text)
    if (ranges.length > 0) return toFound(name, text, ranges)
  }
  return null
}

/** Longer values fit on no line: what is shown begins a little before the first match. */
const longest = 200
const before = 20

function toFound(column: string | null, raw: string, ranges: readonly Range[]): FoundBeside {
  const text = formatCell(raw)
  // Signs that a terminal must not get become longer.
  const place = (at: number) => (text === raw ? at : formatCell(raw.slice(0, at)).length)
  const found = ranges.map(([from, to]) => [place(from), place(to)] as const)
  if (text.length <= longest) return { column, text, ranges: found }
  const from = Math.max(0, (found[0]?.[0] ?? 0) - before)
  const sign = from > 0 ? '…' : ''
  const shown = sign + text.slice(from, from + longest)
  const moved = found.map(([a, b]) => [a - from + sign.length, b - from + sign.length] as const)
  return { column, text: shown, ranges: moved.filter(([a]) => a < shown.length) }
}
