import type { Ast } from '../jmespath/ast.ts'
import { compile, compileAst } from '../jmespath/compile.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { resourceShape } from '../jmespath/kind-shapes.ts'
import { foresee } from '../jmespath/outlook.ts'
import { findRowNeeds } from '../jmespath/row-needs.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { findJoined, originFields } from '../kinds.ts'
import type { Column, Json, JsonObject, Kind, View } from '../model.ts'
import { makeCellChecker } from '../store/check-cells.ts'
import { isPlainName } from '../store/document-paths.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { type NarrowColumn, narrowColumns, narrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import type { RowFilter } from '../store/row-filter.ts'
import { scanColumns } from '../store/scan.ts'
import { lookedAt, type RowCell, type RowRequest, scanRowsByNumber } from '../store/scan-rows.ts'
import { makeResourceReader } from './column-readers.ts'
import { fieldsOfCondition } from './filter/condition-test.ts'
import { bindFilters, compileColumnFilters, compileRowFilters } from './filter/filter-sql.ts'
import { tableColumnsOf } from './narrow-table.ts'
import { columnPrefix, readExactColumns } from './plan/exact-columns.ts'
import { allParts } from './plan/expression-plan.ts'
import { requestOf, usableColumns, wholeRows } from './plan/make-plan.ts'
import { type ColumnReading, listSorts } from './rows.ts'
import { everyColumn } from './wildcards.ts'

/**
 * How a kind's table with columns of tags and expressions is read: the narrow columns, and of the documents what can be
 * touched, of those rows that the filters leave.
 */
export interface WideTable {
  /** What is left to do with the rows: filters of which the cache does not hold all that is asked, and an order that it does not hold. */
  readonly left: Pick<View, 'filters' | 'sort'>
  /** What leaves out rows before a document is read. */
  readonly filters: readonly RowFilter[]
  readonly request: RowRequest
  readonly read: ColumnReading['read']
  /** How the filters that are left read a column of a row. */
  readonly readAsked: ColumnReading['read']
  /** Inside one snapshot. */
  readonly readRows: (store: Store, lines: readonly LedgerLine[]) => Iterable<JsonObject>
}

/** The table that a view shows; null if it can only be made of whole documents, all of them. */
export function wideTableOf(view: View, kind: Kind, store: Store): WideTable | null {
  const shown = tableColumnsOf(view, kind)
  const find = narrowColumns(store, kind)
  const sorted = view.sort && !view.group ? listSorts(view.sort).map(({ column }) => column) : []
  const names = [...new Set([...shown, ...sorted])]
  const written = names.filter((name) => find(name) === null && !name.startsWith('tag:'))
  const shownAlone = readExpressions(written, kind, store)
  const chosen = shownAlone && filtersOf(view, kind, shown, shownAlone, store)
  if (!chosen) return null
  const cells = names.flatMap((name) => cellOf(name, find))
  const isLeft = chosen.left.length > 0
  const askedMembers = isLeft ? membersOfConditions(chosen.left, kind, shown, view.now) : []
  const expressions = isLeft ? readExpressions(written, kind, store, kind.columns) : shownAlone
  // Whole resources have no columns beside their members.
  const isWhole = !expressions?.request.paths || askedMembers === null
  if ((isWhole || isLeft) && names.some((name) => findJoined(name, kind))) return null
  const looksIntoTags = isLeft || names.some((name) => name.startsWith('tag:'))
  const tags = looksIntoTags ? tagListNames.map((name) => [name]) : []
  const all = isWhole ? [] : [...cells, ...expressions.request.cells]
  const treeOf = (name: string) => (isWhole ? undefined : expressions.trees.get(name))
  const request: RowRequest = {
    cells: [...new Map(all.map((cell) => [cell.member, cell])).values()],
    paths: isWhole ? null : [...tags, ...askedMembers, ...(expressions.request.paths ?? [])],
    groupFields: false,
    origin: originFields,
    condition: null,
    first: atOnce,
  }
  const readAsked = (name: string) => {
    const tree = treeOf(name)
    return tree ? compileAst(tree, name) : makeResourceReader(name, kind)
  }
  const order = view.group ? null : narrowView([], view.sort, kind, store)
  const choice = { columns: [rowNumber], filters: chosen.filters, sort: order?.sort ?? null }
  return {
    filters: chosen.filters,
    request,
    left: { filters: chosen.left, sort: order ? null : view.sort },
    read(name) {
      if (cells.some(({ member }) => member === memberOf(name)) && !isWhole) return readMember(memberOf(name))
      return readAsked(name)
    },
    readAsked,
    *readRows(from, lines) {
      // The filters that are left ask the cells.
      if (isLeft) lines.forEach(makeCellChecker(from, kind, lookedAt(request)))
      for (const rows of inPieces(scanColumns(from, lines, kind, choice)))
        for (const chunk of scanRowsByNumber(from, lines, kind, request, rows))
          for (const { body } of chunk) yield body
    },
  }
}

function cellOf(name: string, find: ReturnType<typeof narrowColumns>): readonly RowCell[] {
  const column = find(name)
  if (!column || !('value' in column)) return []
  return [{ member: memberOf(name), sql: column.value, type: column.type === 'number' ? 'number' : 'text' }]
}

interface ReadExpressions {
  /** What is read of each resource for all of them. */
  readonly request: Pick<RowRequest, 'cells' | 'paths'>
  /** The trees over that, by the names of the columns. */
  readonly trees: ReadonlyMap<string, Ast>
  readonly fails: boolean
}

/**
 * What columns that are expressions look at, and columns of the kind that filters ask beside them; null if one is not known
 * by itself.
 */
function readExpressions(
  names: readonly string[],
  kind: Kind,
  store: Store,
  beside: readonly Column[] = [],
): ReadExpressions | null {
  const isKnown = (name: string) => kind.columns.some((column) => column.name === name)
  if (names.some((name) => name === everyColumn || isKnown(name) || findJoined(name, kind))) return null
  const own = names.map(parseTree).filter((tree) => tree !== null)
  if (own.length < names.length) return null
  // An error names the expression as it is written.
  const { fails } = foresee({ type: 'list', items: own }, resourceShape(kind))
  const list: Ast = { type: 'list', items: [...own, ...beside.map((each) => compile(each.expression).ast)] }
  const all = [...names, ...beside.map(({ name }) => name)]
  const usable = fails ? [] : usableColumns(list, readExactColumns(store, kind, list), allParts)
  const rows: Ast = { type: 'projection', left: field(kind.list), right: list }
  const { needs, ast } = findRowNeeds(rows, [{ name: kind.list, nested: null, columns: usable }])
  const found = needs.get(kind.list) ?? wholeRows
  // Whole resources carry what another kind says of them, if that is shown.
  if (found.paths?.some(([first = '']) => findJoined(first, kind))) return null
  const bound = ast.type === 'projection' && ast.right.type === 'list' ? ast.right.items : []
  return {
    request: requestOf(found, usable, kind, true, allParts),
    trees: new Map(all.map((name, place) => [name, bound[place] ?? field(name)])),
    fails,
  }
}

function field(name: string): Ast {
  return { type: 'field', name, quoted: true, position: 0 }
}

function parseTree(name: string): Ast | null {
  try {
    return compile(name).ast
  } catch (error) {
    if (error instanceof JmespathError) return null
    throw error
  }
}

/** The members that conditions of filters look at; null for whole resources. */
function membersOfConditions(
  filters: readonly string[],
  kind: Kind,
  shown: readonly string[],
  now: number,
): readonly (readonly string[])[] | null {
  const members: (readonly string[])[] = []
  for (const { asks } of bindFilters(filters, kind, shown, now)) {
    const found = asks.type === 'condition' ? fieldsOfCondition(asks.expression) : []
    if (!found?.every(isPlainName)) return null
    members.push(...found.map((name) => [name]))
  }
  return members
}

/** The filters that leave out rows in the cache, and those that are left to be asked of the resources. */
function filtersOf(
  view: View,
  kind: Kind,
  shown: readonly string[],
  { trees, fails }: ReadExpressions,
  store: Store,
): { readonly filters: readonly RowFilter[]; readonly left: readonly string[] } | null {
  // A word may be in the value of an expression that is shown, of which the cache holds no text. One that fails over a
  // row does so before what is asked behind the word leaves the row out.
  const some = trees.size > 0 ? compileColumnFilters(view.filters, kind, shown, store, view.now) : null
  if (some) return fails ? null : { filters: some, left: view.filters }
  const filters = compileRowFilters(view.filters, kind, shown, store, view.now)
  return filters && { filters, left: [] }
}

const atOnce = 1000

/** How many rows of these scopes the filters leave. */
export function countFiltered(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  filters: readonly RowFilter[],
): number {
  let count = 0
  for (const _ of scanColumns(store, lines, kind, { columns: [rowNumber], filters, sort: null })) count += 1
  return count
}

/** The number of a row as a column. */
const rowNumber: NarrowColumn = {
  name: '_row',
  type: 'number',
  value: 'r._row',
  order: 'r._row',
  joined: false,
}

function memberOf(column: string): string {
  return `${columnPrefix}${column}`
}

function readMember(member: string): (item: Json) => Json {
  return (item) => (item as JsonObject)[member] ?? null
}

function* inPieces(rows: Iterable<readonly Json[]>): Generator<readonly number[]> {
  let piece: number[] = []
  for (const [row] of rows) {
    piece.push(row as number)
    if (piece.length < atOnce) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}
