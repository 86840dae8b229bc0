import { defaultKind, describeUnknownKind, lookForKind } from '../kinds.ts'
import type { Let, Sort } from '../model.ts'
import { plainColumn, splitColumns, splitList } from './column-list.ts'
import { type DeclaredParameter, parseParameter } from './parameters.ts'
import { readSort } from './sort-text.ts'

/** A query kept in a file: `#` header lines and a JMESPath expression. */
export interface SavedQuery {
  readonly name: string
  readonly title: string
  readonly kind: string
  /** Further kinds, whose lists the document holds as well. */
  readonly otherKinds: readonly string[]
  /** Kinds that must have been read to their end where a resource of `kind` is in the answer. */
  readonly requires: readonly string[]
  /** Names for what expressions give over the document, in the order in which they are declared. */
  readonly lets: readonly DeclaredLet[]
  /** Names of the result's columns; for a list of lists, of its places. */
  readonly columns: readonly string[] | null
  readonly sort: Sort | null
  readonly group: readonly string[] | null
  /** As in a view: of groups a column of numbers, and how many there are at most; of rows, the filters and how many. */
  readonly sum: string | null
  readonly top: number | null
  readonly filters: readonly string[]
  readonly limit: number | null
  /** The columns that are shown, as --columns takes them. */
  readonly show: string | null
  /** In the order in which they are declared. */
  readonly parameters: readonly DeclaredParameter[]
  /** Null for the table of the kind. */
  readonly expression: string | null
  readonly file: string
  /** From the user's own folder, not from those that ship. */
  readonly own: boolean
  /** Where in the file the expression begins, and the values of header keys. */
  readonly begins: TextPosition
  readonly places: ReadonlyMap<string, TextPosition>
}

/** A let, and where its expression begins in the file. */
export interface DeclaredLet extends Let {
  readonly begins: TextPosition
}

/** A place in a file, both from 1; columns count characters. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** What is wrong with a saved query, and where. */
export interface QueryProblem extends TextPosition {
  readonly file: string
  /** A sentence without its full stop. */
  readonly what: string
}

/** What a file holds: a query (null if neither an expression nor a kind is there), and everything that is wrong in its header. */
export interface SavedText {
  readonly query: SavedQuery | null
  readonly problems: readonly QueryProblem[]
}

/**
 * Reads a saved query's text. Header keys: kind (or kinds), requires, columns, show, sort, count-by, sum, top, limit
 * and any number of param, let, overlaps and filter; the first other line is the title. Without an expression it is the
 * table of its kind.
 */
export function readSavedText(text: string, name: string, file: string, own: boolean): SavedText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  const end = header < 0 ? lines.length : header
  const { title, values, places, parameters, lets, filters, problems } = readHeader(lines.slice(0, end), file)
  const written = lines.slice(end).join('\n').trim()
  const expression = written === '' ? null : written
  if (expression === null && !values.has('kind')) {
    const place = { file, line: lines.length, column: 1 }
    return { query: null, problems: [...problems, { ...place, what: 'the expression is missing' }] }
  }
  const [first = ''] = lines.slice(end)
  const numberOf = (key: string) => (values.has(key) ? Number(values.get(key)) : null)
  const sort = values.get('sort')
  const columns = values.get('columns')
  const group = values.get('count-by')
  const [kind = defaultKind.name, ...otherKinds] = splitNames(values.get('kinds') ?? values.get('kind') ?? '')
  const query: SavedQuery = {
    name,
    title: title || name,
    kind,
    otherKinds,
    requires: splitNames(values.get('requires') ?? ''),
    lets,
    columns: columns === undefined || expression === null ? null : splitColumns(columns),
    show: values.get('show') ?? (expression === null ? (columns ?? null) : null),
    sort: sort === undefined ? null : readSort(sort),
    group: group === undefined ? null : [...new Set(splitColumns(group))],
    sum: values.has('sum') ? plainColumn(values.get('sum') ?? '') : null,
    top: numberOf('top'),
    filters,
    limit: numberOf('limit'),
    parameters,
    expression,
    file,
    own,
    begins: { line: end + 1, column: 1 + (first.length - first.trimStart().length) },
    places,
  }
  return { query, problems }
}

/** An expression of a query's file. */
export interface PlacedExpression extends Pick<SavedQuery, 'begins'> {
  readonly expression: string
}

/** The expressions of a query in their order: those of its lets, then its own, if it has one. */
export function expressionsOf({ lets, expression, begins }: SavedQuery): readonly PlacedExpression[] {
  return expression === null ? lets : [...lets, { expression, begins }]
}

/** Where a place of an expression is in its file. `position` counts UTF-16 units from 0. */
export function locateInFile({ expression, begins }: PlacedExpression, position: number): TextPosition {
  const before = expression.slice(0, position).split('\n')
  const column = Array.from(before.at(-1) ?? '').length
  return before.length === 1
    ? { line: begins.line, column: begins.column + column }
    : { line: begins.line + before.length - 1, column: column + 1 }
}

const headerKeys = [
  'kind',
  'kinds',
  'requires',
  'columns',
  'show',
  'filter',
  'sort',
  'count-by',
  'sum',
  'top',
  'limit',
  'param',
  'let',
  'overlaps',
]

function readHeader(lines: readonly string[], file: string) {
  let title = ''
  const values = new Map<string, string>()
  const places = new Map<string, TextPosition>()
  const parameters: DeclaredParameter[] = []
  const lets: DeclaredLet[] = []
  const filters: string[] = []
  const problems: QueryProblem[] = []
  lines.forEach((line, index) => {
    const words = line.replace(/^\s*#\s*/, '').trim()
    const [, key, value = ''] = /^([a-z][a-z_-]*)\s*:(?!\/\/)\s*(.*)$/i.exec(words) ?? []
    if (key === undefined) {
      title ||= words
      return
    }
    const place = { line: index + 1, column: line.indexOf(words) + 1 }
    const valuePlace = { line: index + 1, column: Math.max(line.lastIndexOf(value), 0) + 1 }
    const wrong = findHeaderFault(key, value, values)
    if (wrong !== null) {
      problems.push({ file, ...(wrong.at === 'key' ? place : valuePlace), what: wrong.what })
      return
    }
    if (key === 'filter') {
      filters.push(value)
      places.set(`filter ${filters.length}`, valuePlace)
      return
    }
    if (key === 'param' || key === 'let' || key === 'overlaps') {
      const read =
        key === 'param' ? parseParameter(value, index + 1) : readLet(value, key === 'overlaps', valuePlace)
      const name = typeof read === 'string' ? null : read.name
      const twice = [...parameters, ...lets].some((each) => each.name === name)
      if (typeof read === 'string') problems.push({ file, ...valuePlace, what: read })
      else if (twice)
        problems.push({
          file,
          ...valuePlace,
          what: `the ${key === 'param' ? 'parameter' : 'name'} ${name} is declared twice; keep one`,
        })
      else {
        if ('expression' in read) lets.push(read)
        else parameters.push(read)
        places.set(`${key === 'param' ? 'param' : 'let'} ${name}`, valuePlace)
      }
      return
    }
    values.set(key, value)
    places.set(key, valuePlace)
  })
  for (const key of ['sum', 'top']) {
    const place = places.get(key)
    if (place && !values.has('count-by'))
      problems.push({
        file,
        ...place,
        what: `'${key}' is about groups of rows; add a line '# count-by: COLUMN'`,
      })
  }
  return { title, values, places, parameters, lets, filters, problems }
}

/** What stands in a sort and is no column with its direction. */
const notSorted = /^-?$|^(asc|desc)$|\s(ascending|descending)$/i

const faultAt = (where: 'key' | 'value', what: string) => ({ at: where, what })

function findHeaderFault(key: string, value: string, known: ReadonlyMap<string, string>) {
  if (!headerKeys.includes(key))
    return faultAt('key', `'${key}' is not a header; there are ${headerKeys.join(', ')}`)
  if (known.has(key)) return faultAt('key', `'${key}' stands twice; keep one`)
  if (value === '') return faultAt('key', `'${key}' says nothing`)
  if ((key === 'top' || key === 'limit') && !/^\d{1,15}$/.test(value))
    return faultAt('value', `'${value}' is not a whole number`)
  if (['columns', 'show', 'count-by'].includes(key) && splitColumns(value).includes(''))
    return faultAt('value', `'${value}' leaves a column without a name`)
  if (key === 'sort' && splitList(value).some((part) => notSorted.test(part.trim())))
    return faultAt('value', `'${value}' is not a sort; write it as 'Region' or 'Region desc'`)
  if (key === 'kind' || key === 'kinds' || key === 'requires') return findKindFault(key, value, known)
  return null
}

function findKindFault(key: string, value: string, known: ReadonlyMap<string, string>) {
  const other = key === 'kind' ? 'kinds' : 'kind'
  if (key !== 'requires' && known.has(other)) return faultAt('key', `'${other}' is there already; keep one`)
  const names = key === 'kind' ? [value] : splitNames(value)
  const unknown = names.find((name) => lookForKind(name) === null)
  if (unknown !== undefined)
    return faultAt('value', describeUnknownKind(unknown).replace(/^T/, 't').replace(/\.$/, ''))
  if (new Set(names).size < names.length) return faultAt('value', `'${value}' names a kind twice`)
  const [main, ...others] = splitNames(known.get('kinds') ?? '')
  const stray = key === 'requires' ? names.find((name) => name === main || !others.includes(name)) : undefined
  if (stray === undefined) return null
  return faultAt('value', `'${stray}' is not among the further kinds of a line 'kinds: …' before this one`)
}

/** `NAME = EXPRESSION`. Returns a string if something is wrong. */
function readLet(text: string, overlapping: boolean, place: TextPosition): DeclaredLet | string {
  const [whole, name = '', expression = ''] = /^([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)\s*(.+)$/s.exec(text) ?? []
  if (whole === undefined) return `'${text}' gives no name to an expression; write it as 'NAME = EXPRESSION'`
  const column = place.column + Array.from(text.slice(0, text.length - expression.length)).length
  return { name, expression, overlapping, begins: { line: place.line, column } }
}

function splitNames(list: string): readonly string[] {
  return splitColumns(list).filter((name) => name !== '')
}
