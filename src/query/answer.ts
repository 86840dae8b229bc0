import { makeItemRows } from '../item-rows.ts'
import type { Compiled } from '../jmespath/compile.ts'
import { topLevelFields } from '../jmespath/footprint.ts'
import { splitStream } from '../jmespath/stream.ts'
import { findKind, originFields, typeOfColumn } from '../kinds.ts'
import type { Answer, Json, JsonObject, Kind, ScopeResources, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { narrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import { runInSnapshot, scanColumns, scanDocuments } from '../store/scan.ts'
import { makeColumnReader, makeResourceReader } from './column-readers.ts'
import { flattenResources, listChunks, listFoundResources } from './documents.ts'
import { compileExpression, searchDocument } from './evaluation.ts'
import { answerGroups } from './groups.ts'
import { joinColumns, joinedNamesOf } from './joined.ts'
import { type ColumnReading, takeFirst } from './rows.ts'
import { shapeAnswer } from './shape.ts'
import { parseFilter } from './text-filter.ts'

/**
 * Answers a view from the cache. Without an expression it is the table of the kind; with one, exactly what
 * the expression gives over the AWS CLI's document of all the scopes, then shaped as the view asks.
 * Lists stream if the expression allows it, inside one snapshot of the cache.
 */
export function answerView(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  names: readonly string[] | null,
): Answer {
  const kind = findKind(view.kind)
  const origins: readonly string[] = originFields
  const linesOf = (kind: Kind) => lines.filter(({ scope }) => scope.kind === kind.name)
  const readChunks = (kind: Kind, fields: readonly string[] | null, origin: boolean) => {
    const stored = fields?.filter((field) => !origins.includes(field)) ?? null
    return listChunks(scanDocuments(store, linesOf(kind), kind, stored), kind, origin)
  }
  if (view.expression !== null) {
    return evaluateView(view, view.expression, names, {
      read: (kind, fields) => readChunks(kind, fields, view.origin),
      inSnapshot: (work) => runInSnapshot(store, work),
    })
  }
  const narrow = makeNarrowTable(view, kind, store, linesOf(kind))
  if (narrow) return narrow
  const joined = joinedNamesOf(view, kind)
  const items = runInSnapshot(store, () => {
    const resources = flattenResources(readChunks(kind, null, true), kind)
    return joined.length === 0 ? resources : joinColumns(resources, joined, kind, store, linesOf(kind))
  })
  return makeWideTable(view, kind, items)
}

/** Answers a view over resources that were read and not stored, as `answerView` does over the cache. */
export function answerResources(
  view: View,
  read: readonly ScopeResources[],
  names: readonly string[] | null,
): Answer {
  const kind = findKind(view.kind)
  const readChunks = (origin: boolean) => listChunks(listFoundResources(read), kind, origin)
  return view.expression === null
    ? makeWideTable(view, kind, flattenResources(readChunks(true), kind))
    : evaluateView(view, view.expression, names, {
        read: () => readChunks(view.origin),
        inSnapshot: (work) => work(),
      })
}

/** Answers a view over any JSON document; without an expression, the document itself. Nothing else is looked at. */
export function answerDocument(
  view: View,
  document: Json,
  title: string,
  names: readonly string[] | null,
): Answer {
  const kind = findKind(view.kind)
  const value = searchDocument(view.expression ?? '@', view, document)
  return shapeAnswer(toAnswer(value, title), view, readingOf(kind, names), names)
}

/** Where the AWS CLI's lists of kinds are read. */
interface ChunkReader {
  /** A kind's list in chunks, from its beginning; `fields` are the members that are looked at. */
  readonly read: (kind: Kind, fields: readonly string[] | null) => Iterable<readonly JsonObject[]>
  /** Reads what work reads as it is at one moment. */
  readonly inSnapshot: <T>(work: () => Iterable<T>) => Iterable<T>
}

function evaluateView(
  view: View,
  expression: string,
  names: readonly string[] | null,
  reader: ChunkReader,
): Answer {
  const kind = findKind(view.kind)
  const isPlain = view.engine === 'muster' && view.otherKinds.length === 0 && view.lets.length === 0
  const answer = isPlain
    ? evaluateAsStream(view, expression, kind, reader)
    : evaluateWhole(view, expression, kind, reader)
  return shapeAnswer(answer, view, readingOf(kind, names), names)
}

/** A column of a result that has the name of one of the kind's holds the same values. */
function readingOf(kind: Kind, names: readonly string[] | null): ColumnReading {
  return {
    read: (column) => makeColumnReader(column, kind, names),
    typeOf: (column) => typeOfColumn(column, kind),
  }
}

/** Over the whole document at once, with the lists of all kinds. */
function evaluateWhole(
  view: View,
  expression: string,
  kind: Kind,
  { read, inSnapshot }: ChunkReader,
): Answer {
  const kinds = [kind, ...view.otherKinds.map(findKind)]
  const lists = inSnapshot(() =>
    kinds.map((each) => [each.list, [...read(each, fieldsOf(view, expression, each))].flat()] as const),
  )
  return toAnswer(searchDocument(expression, view, Object.fromEntries(lists)), kind.operation)
}

/** The members of a kind's resources that a view's expressions look at. Of the stock package's nothing is known. */
function fieldsOf(view: View, expression: string, { list, nested }: Kind): readonly string[] | null {
  if (view.engine === 'jmespath') return null
  const expressions = [...view.lets.map((each) => each.expression), expression]
  const fields = expressions.map(
    (each) => topLevelFields(compileExpression(each, view), list, nested?.list ?? null).resource,
  )
  return fields.includes(null) ? null : [...new Set(fields.flatMap((each) => each ?? []))].sort()
}

function evaluateAsStream(
  view: View,
  expression: string,
  kind: Kind,
  { read, inSnapshot }: ChunkReader,
): Answer {
  const program = compileExpression(expression, view)
  const fields = topLevelFields(program, kind.list, kind.nested?.list ?? null).resource
  return evaluateCompiled(program, kind, () => inSnapshot(() => read(kind, fields)))
}

function evaluateCompiled(
  program: Compiled,
  kind: Kind,
  readChunks: () => Iterable<readonly JsonObject[]>,
): Answer {
  const title = kind.operation
  const split = splitStream(program, kind.list)
  if (split && !split.rest) {
    return { type: 'list', title, columns: null, items: flattenChunks(readChunks(), split.each, kind.list) }
  }
  const value = split?.rest
    ? split.rest([...flattenChunks(readChunks(), split.each, kind.list)])
    : program.search({ [kind.list]: [...readChunks()].flat() })
  return toAnswer(value, title)
}

function toAnswer(value: Json, title: string): Answer {
  return Array.isArray(value)
    ? { type: 'list', title, columns: null, items: value }
    : { type: 'value', title, value }
}

function* flattenChunks(
  chunks: Iterable<readonly Json[]>,
  each: (document: Json) => readonly Json[],
  list: string,
) {
  for (const chunk of chunks) yield* each({ [list]: chunk })
}

/** The kind's table from the narrow columns alone; null if they do not hold everything that is asked. */
function makeNarrowTable(view: View, kind: Kind, store: Store, lines: readonly LedgerLine[]): Answer | null {
  const title = kind.operation
  const columns = chooseColumns(view, kind)
  const narrow = narrowView(columns, view.group ? null : view.sort, kind, store)
  if (!narrow) return null
  const request = { ...narrow, filters: view.filters.map(parseFilter) }
  const rows = runInSnapshot(store, () => scanColumns(store, lines, kind, request))
  const items = makeItemRows(columns, rows)
  const { group } = view
  if (group) return answerGroups(items, { ...view, group }, readingOf(kind, null), title)
  return { type: 'list', title, columns, items: takeFirst(items, view.limit) }
}

/** The kind's table from whole resources: for tags and expressions, and for resources that are not stored. */
function makeWideTable(view: View, kind: Kind, items: Iterable<JsonObject>): Answer {
  const columns = chooseColumns(view, kind)
  const all: Answer = { type: 'list', title: kind.title, columns: null, items }
  const reading = { ...readingOf(kind, null), read: (column: string) => makeResourceReader(column, kind) }
  return shapeAnswer(
    all,
    { ...view, columns: view.group ? view.columns : columns },
    reading,
    null,
    chooseFilterColumns(kind, columns),
  )
}

function chooseColumns({ group, sum, columns }: View, kind: Kind): readonly string[] {
  return group ? [...new Set([...group, ...(sum === null ? [] : [sum])])] : (columns ?? kind.table)
}

/** What the text filter looks into beside the tags: every column of the kind and the origin, shown or not. */
function chooseFilterColumns(kind: Kind, columns: readonly string[]): string[] {
  return [...new Set([...kind.columns.map(({ name }) => name), ...originFields, ...columns])]
}
