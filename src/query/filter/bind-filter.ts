import { findColumnsNamed, type NamedColumn } from '../../kinds/short-names.ts'
import { columnNamesOf, findJoined, originFields, typeOfColumn } from '../../kinds.ts'
import type { ColumnType, Kind } from '../../model.ts'
import { findNearest } from '../../nearest.ts'
import { bindValue, wordTest } from './bind-value.ts'
import { FilterError } from './filter-error.ts'
import {
  type FieldAsked,
  type Filter,
  type Pattern,
  parseFilter,
  type TagAsked,
  type Term,
} from './parse-filter.ts'
import { makeTextTest, type TextTest, type ValueTest } from './value-test.ts'

/** A term whose names are found and whose values are read: data that SQL and the predicate take alike. */
export interface BoundTerm {
  readonly inverse: boolean
  readonly asks: BoundAsked
}

export type BoundAsked =
  | { readonly type: 'word'; readonly test: TextTest }
  /** One of these columns passes its test. */
  | { readonly type: 'columns'; readonly columns: readonly TestedColumn[] }
  /** A tag with such a key, and such a value if there is a test for it. */
  | { readonly type: 'tag'; readonly key: TextTest; readonly value: ValueTest | null }
  | { readonly type: 'condition'; readonly expression: string }

export interface TestedColumn {
  readonly name: string
  readonly test: ValueTest
}

/** A column that a filter may name. */
export interface FilterColumn extends NamedColumn {
  readonly type: ColumnType | null
}

/** The columns of rows, and which of them identifies a row. */
export interface FilterColumns {
  readonly columns: readonly FilterColumn[]
  readonly id: string | null
}

/** The columns of a kind's table and its origin, and those that are shown beside them, by name. */
export function columnsOfKind(kind: Kind, shown: readonly string[]): FilterColumns {
  const names = new Set([...columnNamesOf(kind), ...originFields, ...shown])
  return { columns: [...names].map((name) => columnNamed(name, kind)), id: kind.id }
}

/** The columns of rows with these members, which mean what they mean in the kind. */
export function columnsOfRows(names: readonly string[], kind: Kind): FilterColumns {
  return { columns: names.map((name) => columnNamed(name, kind)), id: kind.id }
}

function columnNamed(name: string, kind: Kind): FilterColumn {
  const known = kind.columns.find((column) => column.name === name) ?? findJoined(name, kind)
  const type = typeOfColumn(name, kind)
  return { name, type, label: known?.label ?? null, isAddress: type === 'address' }
}

/**
 * Finds what the terms of a filter name among these columns. Ages count from `now`, in ms since 1970.
 * @throws FilterError for a value that a column cannot be compared with
 */
export function bindFilter(filter: Filter, columns: FilterColumns, now: number): readonly BoundTerm[] {
  return filter.terms.map((term) => bindTerm(term, columns, now, filter.text))
}

function bindTerm({ inverse, asks }: Term, columns: FilterColumns, now: number, text: string): BoundTerm {
  switch (asks.type) {
    case 'word':
      return { inverse, asks: { type: 'word', test: wordTest(asks.pattern) } }
    case 'condition':
      return { inverse, asks: { type: 'condition', expression: asks.expression } }
    case 'tag':
      return { inverse, asks: bindTag(asks, now, text) }
    case 'field':
      return { inverse, asks: bindField(asks, columns, now, text) }
  }
}

function bindField(asks: FieldAsked, columns: FilterColumns, now: number, text: string): BoundAsked {
  const { name, operator, value, word } = asks
  const found = findColumnsNamed(name, columns.columns, columns.id)
  if (found.length === 0) {
    if (operator !== '=' || value === null) return { type: 'word', test: wordTest(word) }
    const key: Pattern = { form: 'text', text: name, position: asks.position }
    return bindTag({ type: 'tag', key, operator, value }, now, text)
  }
  if (value === null)
    throw new FilterError(
      `The value is missing after ${name}:, give a part of it.`,
      text,
      asks.position + name.length + 1,
    )
  return {
    type: 'columns',
    columns: found.map((column) => ({
      name: column.name,
      test: bindValue(column, operator, value, now, text),
    })),
  }
}

function bindTag({ key, operator, value }: TagAsked, now: number, text: string): BoundAsked {
  const keyTest = makeTextTest(key.form === 'glob' ? 'glob' : 'whole', key.text)
  const column = { name: `tag:${key.text}`, type: null }
  const test = operator && value ? bindValue(column, operator, value, now, text) : null
  return { type: 'tag', key: keyTest, value: test }
}

/** The columns of a kind's table that filters name. */
export function columnsInFilters(
  filters: readonly string[],
  kind: Kind,
  shown: readonly string[],
): readonly string[] {
  const { columns, id } = columnsOfKind(kind, shown)
  return filters
    .flatMap((filter) => parseFilter(filter).terms)
    .flatMap(({ asks }) => (asks.type === 'field' ? findColumnsNamed(asks.name, columns, id) : []))
    .map(({ name }) => name)
}

/** What is known of the rows that an expression makes of the resources of a kind. */
export interface MadeRows {
  readonly canHave: (column: string) => boolean
  /** The columns of the kind, which the rows may have left out. */
  readonly ofKind: FilterColumns
}

/**
 * Sentences about names in a filter that are no columns, and nearly are or were meant as such: what is looked for instead
 * may be nowhere. `made` is null for rows that no expression makes.
 */
export function findFilterHints(
  filter: Filter,
  { columns, id }: FilterColumns,
  made: MadeRows | null,
): readonly string[] {
  const had = made ? columns.filter(({ name }) => made.canHave(name)) : columns
  const hasTags = made === null || made.canHave('tag:any')
  return filter.terms.flatMap(({ asks }) => {
    if (asks.type === 'tag' && !hasTags) return [`the rows have no tags; ${listColumns(had)}`]
    if (asks.type !== 'field' || findColumnsNamed(asks.name, had, id).length > 0) return []
    const { name, operator, word } = asks
    const near = findNearest(name, nearlyNamed(name, namesOf(had)))
    const isOrder = operator !== ':' && operator !== '='
    const isLeftOut = made !== null && findColumnsNamed(name, made.ofKind.columns, id).length > 0
    if (near === null && !isOrder && !isLeftOut && (hasTags || operator !== '=')) return []
    const isColumn = findColumnsNamed(name, columns, id).length > 0
    const taken = operator === '=' ? `the tag '${name}'` : `the text '${word.text}'`
    const end = isColumn ? '' : ` It is taken for ${taken}.`
    const all = made === null ? '.' : ` in the rows; ${listColumns(had)}`
    return [`there is no column '${name}'${near === null ? all : `; did you mean '${near}'?`}${end}`]
  })
}

function listColumns(columns: readonly FilterColumn[]): string {
  const names = columns.map(({ name }) => name)
  return `they have ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' and others' : ''}.`
}

/** Of three letters nearly every one is another word, as `Env` and `ENI`: only one that is missing is surely meant. */
function nearlyNamed(name: string, names: readonly string[]): readonly string[] {
  if (name.length > 3) return names
  return name.length < 3 ? [] : names.filter((each) => each.length === 4)
}

function namesOf(columns: readonly FilterColumn[]): readonly string[] {
  return columns.flatMap(({ name, label }) => [name, ...(label === null ? [] : [label.toLowerCase()])])
}
