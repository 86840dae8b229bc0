import { sortKey } from '../../kinds/order.ts'
import { tagListNames } from '../../kinds/tag-list.ts'
import { originFields, originOf } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { isDocumentAsStored } from '../../store/check-documents.ts'
import { bodyOf, isPlainName } from '../../store/document-paths.ts'
import type { NarrowColumn } from '../../store/narrow.ts'
import { narrowColumns } from '../../store/narrow.ts'
import type { Store } from '../../store/open-store.ts'
import type { RowFilter, TextCondition } from '../../store/row-filter.ts'
import { parseRange } from '../ranges.ts'
import { type BoundAsked, type BoundTerm, bindFilter, columnsOfKind } from './bind-filter.ts'
import { fieldsOfCondition } from './condition-test.ts'
import { type AskedOfTags, defineFilterFunctions } from './filter-functions.ts'
import { parseFilter } from './parse-filter.ts'
import { hasFewWays } from './regex-test.ts'
import { searchTextHolds } from './search-text.ts'
import { makeValueTest, type TextTest, type ValueTest } from './value-test.ts'

/**
 * Filters over a kind's table as SQL, which agrees with the predicate over its resources; null if the narrow columns and
 * the search text do not hold everything that is asked. `shown`: names of the columns that are shown. Ages count from `now`.
 * @throws FilterError
 */
export function compileRowFilters(
  filters: readonly string[],
  kind: Kind,
  shown: readonly string[],
  store: Store,
  now: number,
): readonly RowFilter[] | null {
  if (filters.length === 0) return []
  const terms = bindFilters(filters, kind, shown, now)
  if (terms.length > mostTerms) return null
  const table = readTable(kind, shown, store)
  const made = terms.map((term) => compileTerm(term, table))
  if (made.includes(null)) return null
  defineFilterFunctions(store)
  // What costs little is asked first.
  return made.filter((each) => each !== null).toSorted((a, b) => a.cost - b.cost)
}

/**
 * The terms of filters over a kind's table. Ages count from `now`.
 * @throws FilterError
 */
export function bindFilters(
  filters: readonly string[],
  kind: Kind,
  shown: readonly string[],
  now: number,
): readonly BoundTerm[] {
  const columns = columnsOfKind(kind, shown)
  return filters.flatMap((filter) => bindFilter(parseFilter(filter), columns, now))
}

/**
 * Of filters that ask for words, what they ask of columns and tags: as SQL, which leaves out rows that they leave out too,
 * and fails for none. Null if they ask for no word.
 * @throws FilterError
 */
export function compileColumnFilters(
  filters: readonly string[],
  kind: Kind,
  shown: readonly string[],
  store: Store,
  now: number,
): readonly RowFilter[] | null {
  const terms = bindFilters(filters, kind, shown, now)
  if (!terms.some(({ asks }) => asks.type === 'word')) return null
  const table = readTable(kind, shown, store)
  const plain = terms.filter(({ asks }) => asks.type === 'columns' || asks.type === 'tag')
  const made = plain.slice(0, mostTerms).map((term) => compileTerm(term, table))
  defineFilterFunctions(store)
  return made.filter((each) => each !== null).toSorted((a, b) => a.cost - b.cost)
}

/** SQLite takes expressions of 1,000 levels, of which each term is one or two (sqlite.org/limits.html). */
const mostTerms = 300

type RowColumn = Exclude<NarrowColumn, { origin: string }>

/** A kind's table as filters read it. */
interface FilterTable {
  readonly find: (name: string) => NarrowColumn | null
  /** The name of the column that holds the state. */
  readonly state: string | null
  /** The columns that words look into: the kind's and joined ones that are shown; null if the table lacks one. */
  readonly searched: readonly RowColumn[] | null
  /** Those of them whose values the search text does not hold. */
  readonly joined: readonly RowColumn[]
}

function readTable(kind: Kind, shown: readonly string[], store: Store): FilterTable {
  const find = narrowColumns(store, kind)
  const own = kind.columns.map(({ name }) => find(name))
  const joined = shown.map(find).filter((column) => column !== null && 'value' in column && column.joined)
  const searched = [...own, ...joined].filter((column) => column !== null && 'value' in column)
  return {
    find,
    state: kind.state?.column ?? null,
    searched: own.includes(null) ? null : searched,
    joined: joined.filter((column) => column !== null && 'value' in column),
  }
}

interface CompiledTerm extends RowFilter {
  readonly cost: number
}

/** SQL with its parameters. */
interface Sql {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
}

function compileTerm({ inverse, asks }: BoundTerm, table: FilterTable): CompiledTerm | null {
  switch (asks.type) {
    case 'condition':
      return compileCondition(inverse, asks.expression)
    case 'columns':
      return compileColumns(inverse, asks.columns, table)
    case 'tag':
      return {
        inverse,
        ...askTags(asks, tagTextOf(asks)),
        usesText: true,
        text: holdsText(tagTextOf(asks)),
        looksInto: [],
        members: tagListNames,
        isJoined: false,
        passesState: null,
        isMetByOrigin: () => false,
        cost: costs.document,
      }
    case 'word':
      return compileWord(inverse, asks.test, table)
  }
}

/** In which order terms are asked. */
const costs = { column: 0, text: 1, call: 2, document: 3, condition: 4 } as const

function compileColumns(
  inverse: boolean,
  tested: Extract<BoundAsked, { type: 'columns' }>['columns'],
  { find, state }: FilterTable,
): CompiledTerm | null {
  const found = tested.map(({ name, test }) => ({ column: find(name), test }))
  const origins: { readonly origin: string; readonly passes: (value: string | null) => boolean }[] = []
  const rows: { readonly column: RowColumn; readonly test: ValueTest }[] = []
  for (const { column, test } of found) {
    if (!column) return null
    if ('origin' in column) origins.push({ origin: column.origin, passes: makeValueTest(test) })
    else rows.push({ column, test })
  }
  const sql = anyOf(rows.map(({ column, test }) => askColumn(column, test)))
  const only = tested.length === 1 && rows[0]?.test.type !== 'empty' ? rows[0] : undefined
  return {
    inverse,
    sql: rows.length === 0 ? null : sql.sql,
    parameters: sql.parameters,
    usesText: false,
    text: null,
    looksInto: rows.map(({ column }) => column.value),
    members: [],
    isJoined: rows.some(({ column }) => column.joined),
    passesState: only && only.column.name === state && !only.column.joined ? makeValueTest(only.test) : null,
    isMetByOrigin(line) {
      const origin: Readonly<Record<string, string | null>> = originOf(line)
      return origins.some(({ origin: name, passes }) => passes(origin[name] ?? null))
    },
    cost: sql.sql.includes('muster_passes') ? costs.call : costs.column,
  }
}

/** Only members of the document are read; what asks for the origin, or for all, is not asked in SQL. */
function compileCondition(inverse: boolean, expression: string): CompiledTerm | null {
  const fields = fieldsOfCondition(expression)
  if (!fields || originFields.some((field) => fields.includes(field))) return null
  const paths = fields.every(isPlainName) ? fields.map((field) => [field]) : null
  return {
    inverse,
    ...askDocument(`muster_condition(?, ${bodyOf(paths)})`, expression),
    usesText: false,
    text: null,
    looksInto: [],
    members: paths && fields,
    isJoined: false,
    passesState: null,
    isMetByOrigin: () => false,
    cost: costs.condition,
  }
}

/** A word in any column, tag or origin. The search text holds columns and tags in small letters, one a line. */
function compileWord(inverse: boolean, test: TextTest, table: FilterTable): CompiledTerm | null {
  const { searched, joined } = table
  const passes = makeValueTest(test)
  const isMetByOrigin: RowFilter['isMetByOrigin'] = (line) => Object.values(originOf(line)).some(passes)
  const isJoined = joined.length > 0
  const common = { inverse, usesText: true, isJoined, passesState: null, isMetByOrigin } as const
  const small = test.text.toLowerCase()
  const textOf = (held: TextCondition | null | undefined) => (isJoined ? null : (held ?? null))
  if (test.how === 'part' && !test.sensitive && !small.includes('\n')) {
    const held = holdsText(small)
    const sql = anyOf([held ?? always, ...joined.map((column) => askColumn(column, test))])
    const looksInto = joined.map(({ value }) => value)
    return { ...common, ...sql, text: textOf(held), looksInto, members: [], cost: costs.text }
  }
  if (!searched) return null
  const stored = searched.filter(({ joined: isJoined }) => !isJoined)
  const inRow = anyOf([anyPasses(test, stored), askTags({ type: 'word', test }, '')])
  const held = narrowing(test)
  const sql = anyOf([allOf([...held, inRow]), ...joined.map((column) => askColumn(column, test))])
  const looksInto = searched.map(({ value }) => value)
  return { ...common, ...sql, text: textOf(held[0]), looksInto, members: tagListNames, cost: costs.document }
}

const always: Sql = { sql: '1', parameters: [] }

/** What surely holds of the search text of a row if a text in it passes. */
function narrowing(test: TextTest): readonly TextCondition[] {
  const held = holdsText(literalOf(test))
  if (held) return [held]
  // What looks at nothing beside the text that it takes finds it in a longer one too, but for NUL, which may be written so.
  const looksAround = /[\^$]|\\[bB0xuc]|\(\?[=!<]/.test(test.text) || test.text.includes('\0')
  if (test.how !== 'regex' || test.sensitive || looksAround || !hasFewWays(test.text)) return []
  return [{ sql: 'muster_passes(?, s.text)', parameters: [JSON.stringify(test)], literals: [] }]
}

/** A text that the search text surely holds if the test passes, in small letters: the longest; '' if none is known. */
function literalOf({ how, text }: TextTest): string {
  if (how === 'regex') return literalOfRegex(text)
  // A capital sigma alone becomes another small letter at the end of a word than inside one (Unicode, SpecialCasing.txt).
  const pieces = text.split(how === 'glob' ? /[*?\u03a3]/ : 'Σ')
  const longest = pieces.reduce((best, each) => (each.length > best.length ? each : best), '')
  return longest.toLowerCase()
}

/** The longest run of plain characters outside of all brackets that every match holds; '' if none is known. */
function literalOfRegex(source: string): string {
  // Escapes of more than one character, and other ways to match.
  if (/\||\\[pPukxc\d]/.test(source)) return ''
  let longest = ''
  let run = ''
  let depth = 0
  const end = () => {
    if (run.length > longest.length) longest = run
    run = ''
  }
  // A class is one piece, whatever stands in it.
  for (const piece of source.match(/\\.|\[(?:\\.|[^\]\\])*\]|./gs) ?? []) {
    // What stands before one of these may not be there.
    if (/^[?*{]$/.test(piece)) run = run.slice(0, -1)
    if (piece === '(' || piece === '{') depth += 1
    else if (piece === ')' || piece === '}') depth -= 1
    if (depth === 0 && /^[A-Za-z0-9_ :/=@,-]$/.test(piece)) run += piece
    else end()
  }
  end()
  return longest.toLowerCase()
}

/** The same of a tag, as it stands there: `key=value`. */
function tagTextOf({ key, value }: Extract<BoundAsked, { type: 'tag' }>): string {
  if (key.how !== 'whole') return literalOf(key)
  const whole = value?.type === 'text' && value.how === 'whole' ? value.text.toLowerCase() : ''
  return `${key.text.toLowerCase()}=${whole}`
}

/** Tags stand in the document alone. What the search text does not hold is not looked for there. */
function askTags(asked: AskedOfTags, literal: string): Sql {
  const inTags = askDocument("muster_tags(?, d.body -> 'Tags', d.body -> 'TagSet')", JSON.stringify(asked))
  const held = holdsText(literal)
  return held ? allOf([held, inTags]) : inTags
}

/** Whether a text in small letters stands in the search text; null for the empty one, which stands everywhere. */
function holdsText(small: string): TextCondition | null {
  return small === '' ? null : searchTextHolds('s.text', small)
}

/** A call over the document of a row. One that is missing, or damaged, is an error. */
function askDocument(call: string, parameter: string): Sql {
  return {
    sql: `coalesce((SELECT ${call} FROM document d
       WHERE d.resource_id = r._row AND ${isDocumentAsStored} AND json_valid(d.body, 8)), muster_lost(r._row))`,
    parameters: [parameter],
  }
}

/** Whether the value of a column passes. SQL is asked where it surely says the same as JavaScript. */
function askColumn(column: RowColumn, test: ValueTest): Sql {
  const { value, order, type } = column
  switch (test.type) {
    case 'empty':
      return { sql: `coalesce(${value}, '') = ''`, parameters: [] }
    case 'any':
      return anyOf(test.of.map((each) => askColumn(column, each)))
    case 'number':
      // To SQLite, any text is greater than a number.
      return {
        sql: `(typeof(${value}) <> 'text' AND ${value} ${test.operator} ?)`,
        parameters: [test.value],
      }
    case 'order':
      return { sql: `${order} ${test.operator} ?`, parameters: [test.key ?? ''] }
    case 'text':
      return type === 'number' ? anyPasses(test, [column]) : askText(value, test)
    case 'time': {
      const ends = [
        ...(test.from === null ? [] : [{ sql: `${value} >= ?`, parameters: [test.from] }]),
        ...(test.before === null ? [] : [{ sql: `${value} < ?`, parameters: [test.before] }]),
      ]
      const other = anyPasses(test, [column])
      const inUtc = allOf(ends)
      return {
        sql: `CASE WHEN ${value} GLOB ${utcGlob} AND (${value} GLOB '*+00:00' OR ${value} GLOB '*Z')
           THEN ${inUtc.sql} ELSE ${other.sql} END`,
        parameters: [...inUtc.parameters, ...other.parameters],
      }
    }
    case 'range': {
      const keys = keysOfRange(test.range)
      const inRange = anyPasses(test, [column])
      return keys ? allOf([{ sql: `${order} BETWEEN ? AND ?`, parameters: keys }, inRange]) : inRange
    }
  }
}

/** A time as the AWS CLI prints it. */
const utcGlob = `'${'YYYY-MM-DDTHH:MM:SS*'.replaceAll(/[YMDHS]/g, '[0-9]')}'`

function askText(value: string, test: TextTest): Sql {
  const { how, sensitive, text } = test
  const read = sensitive ? value : inSmallLetters(value)
  const wanted = sensitive ? text : text.toLowerCase()
  switch (how) {
    case 'part':
      return { sql: `instr(${read}, ?) > 0`, parameters: [wanted] }
    case 'whole':
      return { sql: `${read} = ?`, parameters: [wanted] }
    default:
      return {
        sql: `(${value} IS NOT NULL AND muster_passes(?, ${value}))`,
        parameters: [JSON.stringify(test)],
      }
  }
}

/** SQLite makes small letters of ASCII alone; a text of other letters has more bytes than characters. */
function inSmallLetters(value: string): string {
  return `CASE WHEN length(${value}) = octet_length(${value}) THEN lower(${value}) ELSE muster_small(${value}) END`
}

/** Whether one of the columns passes, by a call. */
function anyPasses(test: ValueTest, columns: readonly RowColumn[]): Sql {
  if (columns.length === 0) return { sql: '0', parameters: [] }
  return {
    sql: `muster_passes(?, ${columns.map(({ value }) => value).join(', ')})`,
    parameters: [JSON.stringify(test)],
  }
}

/** The keys between which all addresses and ranges inside a range sort: those behind a range's own begin with it. */
function keysOfRange(text: string): readonly [string, string] | null {
  const range = parseRange(text)
  if (!range) return null
  const keyOf = (address: bigint) => String(sortKey(formatAddress(address, range.version), 'address'))
  return [keyOf(range.first), `${keyOf(range.last)}/999`]
}

function formatAddress(address: bigint, version: 4 | 6): string {
  if (version === 4)
    return [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join('.')
  const digits = address.toString(16).padStart(32, '0')
  return (digits.match(/.{4}/g) ?? []).join(':')
}

function anyOf(parts: readonly Sql[]): Sql {
  return joinSql(parts, ' OR ')
}

function allOf(parts: readonly Sql[]): Sql {
  return joinSql(parts, ' AND ')
}

function joinSql(parts: readonly Sql[], word: string): Sql {
  return {
    sql: `(${parts.map(({ sql }) => sql).join(word)})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
  }
}
