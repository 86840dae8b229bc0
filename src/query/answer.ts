import type { Compiled } from '../jmespath/compile.ts'
import { topLevelFields } from '../jmespath/footprint.ts'
import { splitStream } from '../jmespath/stream.ts'
import { columnType, kindNamed, originFields } from '../kinds.ts'
import type { Answer, Json, JsonObject, Kind, ScopeResources, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { narrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import { scanColumns, scanDocuments, snapshot } from '../store/scan.ts'
import { columnReader, resourceReader } from './column-readers.ts'
import { eachResource, foundIn, listChunks } from './documents.ts'
import { compiled, stockAnswer } from './evaluation.ts'
import { type ColumnReading, grouped, parseFilter, shaped, shapedGroups } from './shape.ts'

/**
 * Answers a view from the cache. Without an expression it is the table of the kind; with one, exactly what
 * the expression gives over the AWS CLI's document of all the scopes, then shaped as the view asks.
 * Lists stream where the expression allows it, inside one snapshot of the cache.
 */
export function answerView(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  names: readonly string[] | null,
): Answer {
  const kind = kindNamed(view.kind)
  const origins: readonly string[] = originFields
  const chunks = (fields: readonly string[] | null, origin: boolean) => {
    const stored = fields?.filter((field) => !origins.includes(field)) ?? null
    return snapshot(store, () => listChunks(scanDocuments(store, lines, kind, stored), kind, origin))
  }
  if (view.expression !== null)
    return evaluated(view, view.expression, names, (fields) => chunks(fields, view.origin))
  return narrowTable(view, kind, store, lines) ?? wideTable(view, kind, () => chunks(null, true))
}

/** Answers a view over what was read and is not stored, as `answerView` does over the cache. */
export function answerResources(
  view: View,
  read: readonly ScopeResources[],
  names: readonly string[] | null,
): Answer {
  const kind = kindNamed(view.kind)
  const chunks = (origin: boolean) => listChunks(foundIn(read), kind, origin)
  return view.expression === null
    ? wideTable(view, kind, () => chunks(true))
    : evaluated(view, view.expression, names, () => chunks(view.origin))
}

/** Answers a view over any JSON document; without an expression, the document itself. Nothing else is looked at. */
export function answerDocument(
  view: View,
  document: Json,
  title: string,
  names: readonly string[] | null,
): Answer {
  const kind = kindNamed(view.kind)
  const expression = view.expression ?? '@'
  const value =
    view.engine === 'jmespath'
      ? stockAnswer(expression, view, document)
      : compiled(expression, view).search(document)
  return shaped(asAnswer(value, title), view, readingOf(kind, names), names)
}

/** Gives the AWS CLI's list in chunks, from its beginning; `fields` are the members that are looked at. */
type Chunks = (fields: readonly string[] | null) => Iterable<readonly JsonObject[]>

function evaluated(view: View, expression: string, names: readonly string[] | null, chunks: Chunks): Answer {
  const kind = kindNamed(view.kind)
  const answer =
    view.engine === 'jmespath'
      ? stocked(view, expression, kind, chunks)
      : streamed(view, expression, kind, chunks)
  return shaped(answer, view, readingOf(kind, names), names)
}

/** A column of a result that has the name of one of the kind's holds the same. */
function readingOf(kind: Kind, names: readonly string[] | null): ColumnReading {
  return {
    read: (column) => columnReader(column, kind, names),
    typeOf: (column) => columnType(column, kind),
  }
}

/** The stock package takes the whole document at once, and nobody knows what of it it looks at. */
function stocked(view: View, expression: string, kind: Kind, chunks: Chunks): Answer {
  const document = { [kind.list]: [...chunks(null)].flat() }
  return asAnswer(stockAnswer(expression, view, document), kind.operation)
}

function streamed(view: View, expression: string, kind: Kind, chunks: Chunks): Answer {
  const ready = compiled(expression, view)
  const fields = topLevelFields(ready, kind.list, kind.nested?.list ?? null).resource
  return evaluate(ready, kind, () => chunks(fields))
}

function evaluate(compiled: Compiled, kind: Kind, chunks: () => Iterable<readonly JsonObject[]>): Answer {
  const title = kind.operation
  const split = splitStream(compiled, kind.list)
  if (split && !split.rest) {
    return { type: 'list', title, columns: null, items: flattened(chunks(), split.each, kind.list) }
  }
  const value = split?.rest
    ? split.rest([...flattened(chunks(), split.each, kind.list)])
    : compiled.search({ [kind.list]: [...chunks()].flat() })
  return asAnswer(value, title)
}

function asAnswer(value: Json, title: string): Answer {
  return Array.isArray(value)
    ? { type: 'list', title, columns: null, items: value }
    : { type: 'value', title, value }
}

function* flattened(
  chunks: Iterable<readonly Json[]>,
  each: (document: Json) => readonly Json[],
  list: string,
) {
  for (const chunk of chunks) yield* each({ [list]: chunk })
}

/** The kind's table from the narrow columns alone; null where they do not hold all that is asked. */
function narrowTable(view: View, kind: Kind, store: Store, lines: readonly LedgerLine[]): Answer | null {
  const title = kind.operation
  const columns = tableColumns(view, kind)
  const narrow = narrowView(columns, view.group ? null : view.sort, kind, store)
  if (!narrow) return null
  const request = { ...narrow, filter: view.filter ? parseFilter(view.filter) : null }
  const items = asObjects(
    snapshot(store, () => scanColumns(store, lines, kind, request)),
    columns,
  )
  const { group } = view
  if (!group) return { type: 'list', title, columns, items }
  const reading = readingOf(kind, null)
  return shapedGroups(grouped(items, group, reading.read(group), reading.typeOf(group), title), view, reading)
}

/** The kind's table from whole resources: for tags and expressions, and for what is not stored. */
function wideTable(view: View, kind: Kind, chunks: () => Iterable<readonly JsonObject[]>): Answer {
  const columns = tableColumns(view, kind)
  const items = eachResource(chunks(), kind)
  const all: Answer = { type: 'list', title: kind.title, columns: null, items }
  const reading = { ...readingOf(kind, null), read: (column: string) => resourceReader(column, kind) }
  return shaped(
    all,
    { ...view, columns: view.group ? view.columns : columns },
    reading,
    null,
    filterColumns(kind, columns),
  )
}

function tableColumns(view: View, kind: Kind): readonly string[] {
  return view.group ? [view.group] : (view.columns ?? kind.table)
}

/** What the text filter looks into beside the tags: every column of the kind and the origin, shown or not. */
function filterColumns(kind: Kind, columns: readonly string[]): string[] {
  return [...new Set([...kind.columns.map(({ name }) => name), ...originFields, ...columns])]
}

function* asObjects(rows: Iterable<readonly Json[]>, columns: readonly string[]): Generator<Json> {
  for (const row of rows) yield Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))
}
