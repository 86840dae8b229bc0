import { findKind, typeOfColumn } from '../kinds.ts'
import type { Answer, Json, JsonObject, Kind, ScopeResources, View } from '../model.ts'
import { makeItemRows } from '../ready-items.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { runInSnapshot, scanColumns } from '../store/scan.ts'
import { scanDocuments } from '../store/scan-rows.ts'
import { readTagKeys } from '../store/tag-keys.ts'
import { makeColumnReader, makeResourceReader } from './column-readers.ts'
import { flattenResources, listChunks, listFoundResources } from './documents.ts'
import { searchDocument } from './evaluation.ts'
import { resourceRows } from './filter/filter-predicate.ts'
import { answerGroups } from './groups.ts'
import { joinColumns, joinedNamesOf } from './joined.ts'
import { narrowTableOf, tableColumnsOf } from './narrow-table.ts'
import { answerWhole, planAlone, searchPlainly } from './plan/evaluate-whole.ts'
import { allParts, type PlanParts } from './plan/expression-plan.ts'
import { readOrderedRows } from './plan/ordered-rows.ts'
import { cacheReader, liveReader, type ResourceReader } from './plan/resource-reader.ts'
import { asAnswer, countAlike, runPlan } from './plan/run-plan.ts'
import { withCellsChecked } from './plan/shown-cells.ts'
import { type ColumnReading, takeFirst } from './rows.ts'
import { shapeAnswer } from './shape.ts'
import { answerWholeDocuments } from './whole-documents.ts'
import { wideTableOf } from './wide-table.ts'
import { everyTag, withTagColumns } from './wildcards.ts'

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
  parts: PlanParts = allParts,
): Answer {
  const kind = findKind(view.kind)
  const linesOf = (kind: Kind) => lines.filter(({ scope }) => scope.kind === kind.name)
  const { expression } = view
  if (expression !== null) {
    const evaluate = () => evaluateView(view, expression, names, cacheReader(store, linesOf), parts)
    return answerWholeDocuments(view, kind, store, linesOf(kind), names, evaluate) ?? evaluate()
  }
  const narrow = makeNarrowTable(view, kind, store, linesOf(kind))
  if (narrow) return narrow
  const wide = wideTableOf(view, kind, store)
  if (wide) {
    const rows = runInSnapshot(store, () => wide.readRows(store, linesOf(kind)))
    const named = withTagKeys(view, store, kind, linesOf(kind))
    return makeWideTable({ ...named, ...wide.left }, kind, rows, wide.read, wide.readAsked)
  }
  const joined = joinedNamesOf(view, kind)
  const items = runInSnapshot(store, () => {
    const found = scanDocuments(store, linesOf(kind), kind)
    const resources = flattenResources(listChunks(found, kind, true), kind)
    return joined.length === 0 ? resources : joinColumns(resources, joined, kind, store, linesOf(kind))
  })
  return makeWideTable(withTagKeys(view, store, kind, linesOf(kind)), kind, items)
}

/** The view with the columns of `tag:*`, if it shows all rows: then they stream. */
function withTagKeys(view: View, store: Store, kind: Kind, lines: readonly LedgerLine[]): View {
  const { columns, filters, limit, group } = view
  if (!columns?.includes(everyTag) || filters.length > 0 || limit !== null || group) return view
  return { ...view, columns: withTagColumns(columns, readTagKeys(store, lines, kind)) }
}

/** Answers a view over resources that were read and not stored, as `answerView` does over the cache. */
export function answerResources(
  view: View,
  read: readonly ScopeResources[],
  names: readonly string[] | null,
): Answer {
  const kind = findKind(view.kind)
  return view.expression === null
    ? makeWideTable(view, kind, flattenResources(listChunks(listFoundResources(read), kind, true), kind))
    : evaluateView(view, view.expression, names, liveReader(read), allParts)
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
  return shapeAnswer(asAnswer(value, title), view, readingOf(kind, names), names)
}

function evaluateView(
  view: View,
  expression: string,
  names: readonly string[] | null,
  reader: ResourceReader,
  parts: PlanParts,
): Answer {
  const kind = findKind(view.kind)
  const reading = readingOf(kind, names)
  const question = { view, expression, reader, parts }
  const alone = view.lets.length === 0 ? planAlone(question) : null
  if (!alone) return shapeAnswer(answerWhole(question), view, reading, names)
  const plan = leavesOutRows(view) ? withCellsChecked(alone.plan) : alone.plan
  const source = { expression, kind: alone.kind, reader }
  const { group } = view
  const isCounted = group !== null && view.sum === null && view.filters.length === 0
  const alike = isCounted ? countAlike(plan, source, parts) : null
  if (isCounted && alike)
    return answerGroups(alike.items, { ...view, group }, reading, kind.operation, alike.countOfLast)
  const ordered = readOrderedRows(plan, source, view, reading, parts)
  if (ordered) {
    const answer: Answer = { type: 'list', title: kind.operation, columns: null, items: ordered }
    return shapeAnswer(answer, { ...view, sort: null }, reading, names)
  }
  const answer = runPlan(plan, source, () => searchPlainly(question))
  return shapeAnswer({ ...answer, title: kind.operation }, view, reading, names)
}

/** Whether rows of an expression are left out, or counted, by what stands in them. */
function leavesOutRows({ filters, group, sort, limit }: View): boolean {
  return filters.length > 0 || group !== null || (sort !== null && limit !== null)
}

/** A column of a result that has the name of one of the kind's holds the same values. */
function readingOf(kind: Kind, names: readonly string[] | null): ColumnReading {
  return {
    read: (column) => makeColumnReader(column, kind, names),
    typeOf: (column) => typeOfColumn(column, kind),
  }
}

/** The kind's table from the narrow columns alone; null if they do not hold everything that is asked. */
function makeNarrowTable(view: View, kind: Kind, store: Store, lines: readonly LedgerLine[]): Answer | null {
  const title = kind.operation
  const columns = tableColumnsOf(view, kind)
  const request = narrowTableOf(view, kind, store)
  if (!request) return null
  const rows = runInSnapshot(store, () => scanColumns(store, lines, kind, request))
  const items = makeItemRows(columns, rows)
  const { group } = view
  if (group) return answerGroups(items, { ...view, group }, readingOf(kind, null), title)
  return { type: 'list', title, columns, items: takeFirst(items, view.limit) }
}

/** The kind's table from resources: for tags and expressions, and for resources that are not stored. */
function makeWideTable(
  view: View,
  kind: Kind,
  items: Iterable<JsonObject>,
  read: ColumnReading['read'] = (column) => makeResourceReader(column, kind),
  readAsked: ColumnReading['read'] = read,
): Answer {
  const columns = tableColumnsOf(view, kind)
  const all: Answer = { type: 'list', title: kind.title, columns: null, items }
  const reading = { ...readingOf(kind, null), read }
  return shapeAnswer(all, { ...view, columns: view.group ? view.columns : columns }, reading, null, {
    ...resourceRows(kind, columns),
    read: readAsked,
  })
}
