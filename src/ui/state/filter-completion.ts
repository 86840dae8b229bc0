import { findColumnsNamed } from '../../kinds/short-names.ts'
import type { FilterColumn, FilterColumns } from '../../query/filter/bind-filter.ts'
import { filterColumnsOf } from '../../query/filter/check-filters.ts'
import {
  type FilterPlace,
  findFilterPlace,
  writeFilterValue,
  writeTagKey,
} from '../../query/filter/filter-place.ts'
import { findMadeColumns } from '../../query/view-columns.ts'
import type { OfferedValues, WantedValues } from '../threads/messages.ts'
import type { EditedLine } from './line.ts'
import { type Candidate, chooseOffered, formatCount } from './line-candidates.ts'
import type { TableState } from './shown-table.ts'

/** What may complete a filter at its caret, the likeliest first. */
export function completeFilter(
  line: EditedLine,
  table: TableState,
  offer: OfferedValues | undefined,
): readonly Candidate[] {
  const columns = columnsOfTable(table)
  const place = findFilterPlace(line.text, line.at, columns)
  if (!place) return []
  const take = (text: string, label: string, note: string): Candidate => ({
    label,
    note,
    line: replace(line, place.from, text),
  })
  const { asks, begun } = place
  switch (asks.type) {
    case 'name':
      return completeName(begun, columns).map(({ text, note }) => take(text, text, note))
    case 'tag-key': {
      const keys = chooseOffered(wantedFor(place), offer)
      // What is typed in full is followed by its value.
      if (keys.some(({ value }) => value === begun))
        return [take(`${writeTagKey(begun)}=`, `${begun}=`, 'and its value')]
      return keys.map(({ value, count }) => take(writeTagKey(value), value, formatCount(count)))
    }
    default: {
      const spans = spansFor(place)
      if (spans)
        return spans.map((span) => take(span, span, `${asks.operator === '<' ? 'younger' : 'older'}`))
      return chooseOffered(wantedFor(place), offer).map(({ value, count }) =>
        take(writeFilterValue(value), value, formatCount(count)),
      )
    }
  }
}

/** The values of the cache that may complete it; null if none may. */
export function wantedByFilter(line: EditedLine, table: TableState): WantedValues | null {
  const place = findFilterPlace(line.text, line.at, columnsOfTable(table))
  return place && wantedFor(place)
}

/** The columns that a filter of this table may name. */
export function columnsOfTable({ ask, listed }: TableState): FilterColumns {
  return filterColumnsOf(ask.view, rowsOfTable({ ask, listed }))
}

/** The names in a table's rows, as filters take them. */
export function rowsOfTable({
  ask,
  listed,
}: Pick<TableState, 'ask' | 'listed'>): readonly string[] | 'table' | null {
  const shown = listed?.columns.map(({ name }) => name) ?? null
  if (ask.type !== 'view') return shown
  if (ask.view.expression === null) return 'table'
  // Rows are filtered before they are counted.
  return ask.view.group === null ? shown : (findMadeColumns(ask.view, ask.names)?.names ?? null)
}

function wantedFor({ asks, begun }: FilterPlace): WantedValues | null {
  switch (asks.type) {
    case 'tag-key':
      return { kind: null, of: { type: 'tag-keys' }, begun }
    case 'tag-value':
      return { kind: null, of: { type: 'tag-values', key: asks.key }, begun }
    case 'value':
      if (asks.columns.some(({ type }) => type === 'time')) return null
      return { kind: null, of: { type: 'column', names: asks.columns.map(({ name }) => name) }, begun }
    default:
      return null
  }
}

function completeName(begun: string, columns: FilterColumns) {
  const wanted = plain(begun)
  const named = columns.columns.map((column) => ({ column, name: shortestName(column, columns) }))
  const matching = named.filter(
    ({ column, name }) => plain(name).startsWith(wanted) || plain(column.name).startsWith(wanted),
  )
  const found = matching.map(({ column, name }) => ({
    text: `${name}${operatorFor(column)}`,
    note: describeType(column),
  }))
  const tag = 'tag:'.startsWith(begun.toLowerCase()) ? [{ text: 'tag:', note: 'a tag, by its key' }] : []
  return [...found, ...tag]
}

/** The title of a column in small letters if a filter takes it for this column alone; else its name. */
function shortestName({ name, label }: FilterColumn, { columns, id }: FilterColumns): string {
  const short = (label ?? name).toLowerCase().replaceAll(' ', '-')
  const found = findColumnsNamed(short, columns, id)
  return found.length === 1 && found[0]?.name === name ? short : name
}

function operatorFor({ type }: FilterColumn): string {
  return type === 'time' || type === 'number' ? '>' : '='
}

function describeType({ name, type, label }: FilterColumn): string {
  const what = type === 'time' ? 'an age, as 30d' : type === 'number' ? 'a number' : ''
  return [label === null || plain(label) === plain(name) ? '' : name, what]
    .filter((each) => each !== '')
    .join(', ')
}

const spans = ['1h', '1d', '7d', '30d', '90d', '365d']

/** Ages to choose from; null if another value is typed. */
function spansFor({ asks, begun }: FilterPlace): readonly string[] | null {
  if (asks.type !== 'value' || !asks.columns.some(({ type }) => type === 'time')) return null
  return spans.filter((span) => span.startsWith(begun))
}

function replace({ text, at }: EditedLine, from: number, instead: string): EditedLine {
  return { text: text.slice(0, from) + instead + text.slice(at), at: from + instead.length }
}

function plain(name: string): string {
  return name.replaceAll(/[-_ ]/g, '').toLowerCase()
}
