import { makeHeapHolder } from '../hold-heap.ts'
import { isObject } from '../json-object.ts'
import { nameColumnOf } from '../kinds/name-column.ts'
import type { Json, Kind } from '../model.ts'
import { searchTextHolds } from '../query/filter/search-text.ts'
import { makeTextTest, makeValueTest } from '../query/filter/value-test.ts'
import { searchedNul } from '../store/cells.ts'
import { makeTextChecker } from '../store/check-texts.ts'
import { DamagedScope } from '../store/damage.ts'
import { makeBlockFinder, type RowStretch } from '../store/find-blocks.ts'
import { kindNamed, tableOf } from '../store/kind-tables.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { narrowColumns } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import { rowRangeOf } from '../store/row-keys.ts'
import { countChecker } from '../store/scope-count.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { makePlaces, type PlacedRows } from './placed-rows.ts'
import { type Inventory, rowsByKind } from './resources.ts'

/**
 * The rows of which a word is a part of a column or of a tag, by the word: smart case, and a glob must match the whole.
 * `Key=Value` is a tag. Yields now and then, so that the caller can do other work meanwhile.
 */
export function* findByText(
  inventory: Inventory,
  words: readonly string[],
): Generator<void, ReadonlyMap<string, PlacedRows>> {
  const found = new Map<string, PlacedRows>(words.map((word) => [word, { rows: [], places: [] }]))
  const placeAt = makePlaces()
  const holdHeap = makeHeapHolder()
  for (let from = 0; from < words.length; from += atOnce) {
    const some = words.slice(from, from + atOnce)
    const rows = yield* scanTexts(inventory, some)
    const tests = some.map(makeTest)
    for (const [kind, own] of rowsByKind(inventory, rows)) {
      const { names, read } = makeTextReader(inventory, kind)
      for (let first = 0; first < own.length; first += rowsAtOnce) {
        holdHeap()
        for (const row of read(own.slice(first, first + rowsAtOnce))) {
          const text = tests.length > 1 ? row.join('\n').toLowerCase() : null
          for (const test of tests) {
            const place = text === null || text.includes(test.part) ? placeIn(row, names, kind, test) : null
            const own = found.get(test.word)
            if (!place || !own) continue
            own.rows.push(row[0])
            own.places.push(placeAt(...place))
          }
        }
        yield
      }
    }
  }
  return found
}

/** So many words are looked for in one pass over the texts. */
const atOnce = 500
/** So many rows are in memory at once. */
const rowsAtOnce = 250
/** Of more words, SQLite takes longer than a regular expression: it looks for one after the other. */
const fewWords = 5

interface WordTest {
  readonly word: string
  /** What a row that holds the word has among its values and the JSON of its tags, in small letters; '' if that is not known. */
  readonly part: string
  readonly passes: (value: Json) => boolean
}

function makeTest(word: string): WordTest {
  const part = longestPartOf(word).toLowerCase()
  return {
    word,
    part: /[="\\\p{Cc}]/u.test(part) ? '' : part,
    passes: makeValueTest(makeTextTest(/[*?]/.test(word) ? 'glob' : 'part', word)),
  }
}

/** The rows whose text may hold one of the words: 0.2 s of CPU for a million, and 0.7 s if there are hundreds of words. */
function* scanTexts(
  { store, lines }: Inventory,
  words: readonly string[],
): Generator<void, readonly number[]> {
  const parts = words.map((word) => longestPartOf(word).toLowerCase())
  const scan = parts.length > fewWords ? makeRegexScan(store, parts) : makeScan(store, parts)
  const findBlocks = makeBlockFinder(
    store,
    parts.map((part) => searchTextHolds('text', part).literals),
  )
  const check = makeTextChecker(store)
  const found: number[][] = []
  for (const line of lines) {
    if (line.rows === 0) continue
    const { count, rows } = withStoreErrors(store.file, () => {
      const stretches = findBlocks(line)
      check(line, stretches)
      return scanScope(line, stretches, scan)
    })
    const kind = count === line.rows ? null : kindNamed(store.kinds, line.scope.kind)
    // A sync may have brought others since the ledger was read.
    if (kind && countChecker(store, kind)(line) !== count)
      throw new DamagedScope(store.file, line.scopeId, 'a text that is looked into is missing')
    found.push(rows)
    yield
  }
  return found.flat()
}

/** Of a glob, the longest part that is not a wildcard: what it matches holds that. */
function longestPartOf(word: string): string {
  return word.split(/[*?]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

/** Looks through the stretches of a scope, or through all of it if these are not what they were. */
function scanScope(line: LedgerLine, stretches: readonly RowStretch[] | null, scan: Scan): Scanned {
  if (stretches) {
    const scanned = stretches.map(({ first, last }) => scan(first, last))
    if (scanned.every(({ count }, at) => count === stretches[at]?.rows))
      return { count: line.rows, rows: scanned.flatMap(({ rows }) => rows) }
  }
  return scan(...rowRangeOf(line.scopeId))
}

/** How many texts there are, and the rows of those that hold one of the parts. */
interface Scanned {
  readonly count: number
  readonly rows: number[]
}

/** Looks through the texts between two rows. */
type Scan = (first: number, last: number) => Scanned

function makeScan({ db }: Store, parts: readonly string[]): Scan {
  const holds = parts.map((part) => searchTextHolds('text', part))
  const parameters = holds.flatMap((each) => each.parameters)
  const statement = db
    .prepare(
      `SELECT count(*), json_group_array(resource_id) FILTER (WHERE ${holds.map(({ sql }) => sql).join(' OR ')})
       FROM search_text WHERE resource_id BETWEEN ? AND ?`,
    )
    .raw()
  return (first, last) => {
    const [count, rows] = statement.get(...parameters, first, last) as [number, string]
    return { count, rows: JSON.parse(rows) as number[] }
  }
}

function makeRegexScan({ db }: Store, parts: readonly string[]): Scan {
  const anyPart = new RegExp(
    parts
      .map((part) => part.replaceAll('\0', searchedNul).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
      .join('|'),
  )
  const statement = db
    .prepare('SELECT resource_id, text FROM search_text WHERE resource_id BETWEEN ? AND ?')
    .raw()
  return (first, last) => {
    const rows: number[] = []
    let count = 0
    for (const [row, text] of statement.iterate(first, last) as Iterable<[number, string]>) {
      count += 1
      if (anyPart.test(text)) rows.push(row)
    }
    return { count, rows }
  }
}

/** What is looked into of a row: its tags as JSON, and the values of the columns. */
type RowTexts = readonly [row: number, tags: string | null, ...values: Json[]]

/** Makes the function that reads what is looked into of rows of a kind, and the names of the columns in it. */
function makeTextReader({ store }: Inventory, kind: Kind) {
  const find = narrowColumns(store, kind)
  const columns = kind.columns.flatMap(({ name }) => {
    const column = find(name)
    return column && 'value' in column ? [{ name, sql: column.value }] : []
  })
  const statement = store.db
    .prepare(
      `SELECT r._row, coalesce(d.body -> '$.Tags', d.body -> '$.TagSet')${columns.map(({ sql }) => `, ${sql}`).join('')}
       FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
       CROSS JOIN document d ON d.resource_id = r._row`,
    )
    .raw()
  return {
    names: columns.map(({ name }) => name),
    read: (rows: readonly number[]) =>
      withStoreErrors(store.file, () => statement.all(JSON.stringify(rows))) as unknown as RowTexts[],
  }
}

/** Where a row holds a word, and its rank; null if it does not. */
function placeIn(
  [, tags, ...values]: RowTexts,
  names: readonly string[],
  kind: Kind,
  { word, passes }: WordTest,
): readonly [where: string, rank: number] | null {
  const at = values.findIndex((each) => passes(each))
  const column = names[at]
  if (column !== undefined && column === nameColumnOf(kind)) {
    const isWhole = String(values[at]).toLowerCase() === word.toLowerCase()
    return ['name', isWhole ? 1 : 41]
  }
  const tag = findTag(tags, word, passes)
  if (tag !== null) return [`tag:${tag}`, 42]
  return column === undefined ? null : [column === kind.id ? 'id' : column, 43]
}

/** The key of the first tag that holds a word. */
function findTag(text: string | null, word: string, passes: WordTest['passes']): string | null {
  const tags: unknown = text === null ? null : JSON.parse(text)
  if (!Array.isArray(tags)) return null
  for (const tag of tags as readonly Json[]) {
    if (!isObject(tag)) continue
    if (passes(tag.Value ?? null) || (word.includes('=') && passes(`${tag.Key}=${tag.Value}`)))
      return String(tag.Key)
  }
  return null
}
