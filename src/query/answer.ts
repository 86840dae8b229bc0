import { type Compiled, compile } from '../jmespath/compile.ts'
import { topLevelFields } from '../jmespath/footprint.ts'
import { splitStream } from '../jmespath/stream.ts'
import { kindNamed, originFields } from '../kinds.ts'
import type { Answer, Json, Kind, View } from '../model.ts'
import type { Store } from '../store/open.ts'
import type { LedgerLine } from '../store/read.ts'
import { scanColumns, snapshot } from '../store/scan.ts'
import { columnReader, narrowColumn } from './columns.ts'
import { type DocumentRequest, eachResource, listChunks } from './documents.ts'
import { grouped, parseFilter, shaped } from './shape.ts'

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
  if (view.expression === null) return kindTable(view, kind, store, lines)
  const compiled = compile(view.expression)
  const fields = topLevelFields(compiled, kind.list, kind.nested?.list ?? null).resource
  const request = { kind, lines, origin: view.origin, fields }
  return shaped(evaluate(compiled, store, request), view, kind, names)
}

function evaluate(compiled: Compiled, store: Store, request: DocumentRequest): Answer {
  const { kind } = request
  const title = kind.operation
  const chunks = () => snapshot(store, () => listChunks(store, request))
  const split = splitStream(compiled, kind.list)
  if (split && !split.rest) {
    return { type: 'list', title, columns: null, items: flattened(chunks(), split.each, kind.list) }
  }
  const value = split?.rest
    ? split.rest([...flattened(chunks(), split.each, kind.list)])
    : compiled.search({ [kind.list]: [...chunks()].flat() })
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

/** The kind's table: from the narrow columns alone where they hold all that is asked. */
function kindTable(view: View, kind: Kind, store: Store, lines: readonly LedgerLine[]): Answer {
  const title = kind.operation
  const columns = view.group ? [view.group] : (view.columns ?? kind.table)
  const narrow = columns.map((name) => narrowColumn(name, kind))
  const sort = view.sort && !view.group ? view.sort : null
  const sortColumn = sort ? narrowColumn(sort.column, kind) : null
  if (narrow.some((column) => column === null) || (sort && !sortColumn)) {
    // Columns that only the documents tell: tags and expressions.
    const request = { kind, lines, origin: true, fields: null }
    const resources = snapshot(store, () => eachResource(store, request))
    const all: Answer = { type: 'list', title, columns: null, items: resources }
    return shaped(all, { ...view, columns }, kind, null, filterColumns(kind, columns))
  }
  const request = {
    columns: narrow.filter((column) => column !== null),
    filter: view.filter ? parseFilter(view.filter) : null,
    sort: sort && sortColumn ? { column: sortColumn, descending: sort.descending } : null,
  }
  const items = asObjects(
    snapshot(store, () => scanColumns(store, lines, request)),
    columns,
  )
  const { group } = view
  return group
    ? grouped(items, group, columnReader(group, kind, null), title)
    : { type: 'list', title, columns, items }
}

/** What the text filter looks into beside the tags: every column of the kind and the origin, shown or not. */
function filterColumns(kind: Kind, columns: readonly string[]): string[] {
  return [...new Set([...kind.columns.map(({ name }) => name), ...originFields, ...columns])]
}

function* asObjects(rows: Iterable<readonly Json[]>, columns: readonly string[]): Generator<Json> {
  for (const row of rows) yield Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))
}
