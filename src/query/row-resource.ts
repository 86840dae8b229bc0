import type { Ast } from '../jmespath/ast.ts'
import { compileAst } from '../jmespath/compile.ts'
import { splitSelection } from '../jmespath/selection-prefix.ts'
import { isObject } from '../json-object.ts'
import { findKind, originFields, originOf } from '../kinds.ts'
import type { Json, Kind, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { scopeIdOf } from '../store/row-keys.ts'
import { findRowsOfId } from '../store/rows-of-id.ts'
import { makeColumnReader } from './column-readers.ts'
import type { FoundResource } from './documents.ts'
import { compileExpression } from './evaluation.ts'
import { allParts, type Plan, rowMember } from './plan/expression-plan.ts'
import { makePlan } from './plan/make-plan.ts'
import { cacheReader } from './plan/resource-reader.ts'
import { scopeTestOf } from './plan/run-plan.ts'
import { isOpen } from './wildcards.ts'

/** A resource in the cache. */
export interface ResourceRow {
  readonly kind: Kind
  readonly row: number
}

/** A row of an expression's list: the item as it is shown, and how many rows before it are the same. */
export interface ResultRow {
  readonly item: Json
  readonly twinsBefore: () => number
}

/**
 * The resource that a row of an expression's result comes from; null if it comes from none, or from several. The row names
 * it by its id; else the expression is evaluated once more, resource by resource, until one gives that row. Yields now and
 * then, so that the caller can do other work meanwhile.
 */
export function* findResourceOfRow(
  view: View,
  { item, twinsBefore }: ResultRow,
  names: readonly string[] | null,
  store: Store,
  lines: readonly LedgerLine[],
): Generator<void, ResourceRow | null> {
  const { expression } = view
  if (view.group !== null) return null
  const kinds = [view.kind, ...view.otherKinds].map(findKind)
  const { found: named, isOnly } = findNamed(item, kinds, store, lines)
  if (isOnly || expression === null) return named
  const kind = findKind(view.kind)
  const isPlain = view.engine === 'muster' && kinds.length === 1 && view.lets.length === 0
  if (!isPlain || (view.columns && isOpen(view.columns))) return named
  const plan = planOf(view, expression, kind, store, lines)
  if (plan === null) return named
  // If rows were put in another order, the first of two that look alike need not be the first one that is found.
  const isOrdered = plan.rest !== null || plan.fold.type !== 'list'
  const isLoose = isOrdered || (view.columns !== null && (view.sort !== null || view.filters.length > 0))
  const giver = yield* findGiver(plan, view, names, kind, { item, twinsBefore }, isLoose, store, lines)
  return giver ?? named
}

/** The resource whose id a row holds, and whether no other has it: under the name of the kind's id, or as it is the id of one of the kinds. */
function findNamed(
  item: Json,
  kinds: readonly Kind[],
  store: Store,
  lines: readonly LedgerLine[],
): { readonly found: ResourceRow | null; readonly isOnly: boolean } {
  const values = Array.isArray(item)
    ? (item as readonly Json[])
    : isObject(item)
      ? Object.values(item)
      : [item]
  for (const kind of kinds) {
    const own = isObject(item) ? (item[kind.id] ?? null) : null
    const words = [own, ...values].filter((value) => typeof value === 'string' && value !== '')
    for (const word of new Set(words as readonly string[])) {
      const rows = findRowsOfId(store, kind, lines, word)
      const [row, ...others] = rows.length > 1 ? rows.filter((each) => isFrom(item, each, lines)) : rows
      if (row !== undefined) return { found: { kind, row }, isOnly: others.length === 0 }
    }
  }
  return { found: null, isOnly: false }
}

/** Whether a row says that it was found where this resource was. */
function isFrom(item: Json, row: number, lines: readonly LedgerLine[]): boolean {
  if (!isObject(item)) return true
  const line = lines.find(({ scopeId }) => scopeId === scopeIdOf(row))
  const origin = line ? originOf(line) : null
  return originFields.every((field) => item[field] === undefined || item[field] === origin?.[field])
}

/** A plan that gives the rows of one resource after the other; null if the rows are made of more than these. */
function planOf(
  view: View,
  expression: string,
  kind: Kind,
  store: Store,
  lines: readonly LedgerLine[],
): Plan | null {
  const { ast } = compileExpression(expression, view)
  const columns = cacheReader(store, () => lines).columnsOf(kind, ast)
  const plan = makePlan(ast, { kind, origin: view.origin, columns, parts: allParts, byNumber: false })
  if (plan?.over !== 'resources' || !['list', 'top', 'reduce'].includes(plan.fold.type)) return null
  if (plan.rest !== null && !isSelection(plan.rest)) return null
  return plan
}

function isSelection(rest: Ast): boolean {
  return splitSelection(rest).rest.type === 'current'
}

function* findGiver(
  plan: Plan,
  view: View,
  names: readonly string[] | null,
  kind: Kind,
  { item, twinsBefore }: ResultRow,
  isLoose: boolean,
  store: Store,
  lines: readonly LedgerLine[],
): Generator<void, ResourceRow | null> {
  const { request } = plan
  const number = { member: rowMember, sql: 'r._row', type: 'number' } as const
  const isWhole = request.paths === null
  const reader = cacheReader(store, () => lines.filter(({ scope }) => scope.kind === kind.name))
  const each = compileAst(plan.each, view.expression ?? '')
  const shown = view.columns?.map((column) => [column, makeColumnReader(column, kind, names)] as const)
  const shape = (row: Json) =>
    JSON.stringify(shown ? Object.fromEntries(shown.map(([column, read]) => [column, read(row)])) : row)
  const wanted = JSON.stringify(item)
  const rowOf = ({ body }: FoundResource): number | null => {
    if (!isWhole) return Number(body[rowMember])
    const id = body[kind.id]
    const rows = typeof id === 'string' ? findRowsOfId(store, kind, lines, id) : []
    return rows.find((row) => isFrom(body, row, lines)) ?? null
  }
  let left = isLoose ? 0 : twinsBefore()
  let found: ResourceRow | null = null
  const readRequest = isWhole ? request : { ...request, cells: [...request.cells, number] }
  for (const chunk of reader.read(kind, readRequest, scopeTestOf(plan, view.expression ?? ''))) {
    for (const resource of chunk) {
      const rows = each([resource.body]) as readonly Json[]
      for (const row of rows) {
        if (shape(row) !== wanted) continue
        // A second one: which of them the row is, is not known.
        if (found) return null
        if (!isLoose && left-- > 0) continue
        const at = rowOf(resource)
        if (!isLoose || at === null) return at === null ? null : { kind, row: at }
        found = { kind, row: at }
      }
    }
    yield
  }
  return found
}

/** The rows of a list before a place that are the same as the one there. */
export function countTwinsBefore(place: number, readItem: (place: number) => Json): number {
  const wanted = JSON.stringify(readItem(place))
  let count = 0
  for (let at = 0; at < place; at += 1) if (JSON.stringify(readItem(at)) === wanted) count += 1
  return count
}
