import { findKind } from '../../kinds.ts'
import type { Answer, Json, Kind, View } from '../../model.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { needsDocument, type RowRequest } from '../../store/scan-rows.ts'
import { compileExpression } from '../evaluation.ts'
import { narrowTableOf, tableColumnsOf } from '../narrow-table.ts'
import { planLists } from './evaluate-whole.ts'
import { columnPrefix } from './exact-columns.ts'
import { allParts, type Plan } from './expression-plan.ts'
import { makePlan } from './make-plan.ts'
import { cacheReader, type ResourceReader, type ScopeTest } from './resource-reader.ts'
import { isCountedAlike, scopeTestOf } from './run-plan.ts'

/** How a view is answered from the cache. */
export interface Explanation {
  readonly kinds: readonly ReadKind[]
  /** What is in memory at once, beside the rows that are read together. */
  readonly held: string
}

/** What is read of a kind. */
interface ReadKind {
  readonly kind: string
  readonly rows: number
  /** How many of the rows are looked at; null if reading ends before all of them are. */
  readonly visited: number | null
  readonly conditions: readonly string[]
  readonly columns: readonly string[]
  /** Members of the documents that are read. */
  readonly members: readonly string[] | 'all'
}

/** Explains how `answerView` answers a view; nothing but numbers of rows is read for it. */
export function explainView(view: View, store: Store, lines: readonly LedgerLine[]): Explanation {
  const kind = findKind(view.kind)
  const reader = cacheReader(store, (each) => lines.filter(({ scope }) => scope.kind === each.name))
  const { expression } = view
  if (expression === null) return explainTable(view, kind, store, reader)
  if (view.engine !== 'muster' || view.otherKinds.length > 0 || view.lets.length > 0) {
    const kinds = [kind, ...view.otherKinds.map(findKind)]
    const { lists } = planLists(view, expression, kinds, reader.columnsOf, allParts)
    return {
      kinds: lists.map((list) => readKindOf(list.kind, list.request, [], reader)),
      held: 'all that is read: the expression sees the whole document at once',
    }
  }
  const { ast } = compileExpression(expression, view)
  const { origin } = view
  const columns = reader.columnsOf(kind)
  const plan = makePlan(ast, { kind, origin, columns, parts: allParts, byNumber: true })
  return {
    kinds: [
      {
        ...readKindOf(kind, plan.request, plan.conditions, reader, scopeTestOf(plan, expression)),
        ...visitedBy(plan),
      },
    ],
    held: describeHeld(plan, view, reader),
  }
}

/** An explanation as an answer: parts and what they are for a reader, an object for a program. */
export function answerExplanation({ kinds, held }: Explanation, form: 'rows' | 'object'): Answer {
  const title = 'Plan'
  if (form === 'object') return { type: 'value', title, value: { Kinds: kinds.map(toJson), Held: held } }
  const items = describeExplanation({ kinds, held }).map(([part, what]) => ({ Part: part, What: what }))
  return { type: 'list', title, columns: ['Part', 'What'], items }
}

/** The parts of an explanation, and what each is, as a person reads them. */
export function describeExplanation({
  kinds,
  held,
}: Explanation): readonly (readonly [part: string, what: string])[] {
  const rows = kinds.flatMap(({ kind, rows: all, visited, conditions, columns, members }) => {
    const read = members === 'all' ? 'all: whole documents' : members.join(', ')
    return [
      ['kind', kind],
      ['rows', describeVisited(visited, all)],
      ['conditions', conditions.length > 0 ? conditions.join(' && ') : 'none'],
      ['columns', columns.length > 0 ? columns.join(', ') : 'none'],
      ['members', read || 'none: no document is read'],
    ] as const
  })
  return [...rows, ['held', held]]
}

function describeVisited(visited: number | null, all: number): string {
  if (visited === null) return `as many of ${all} as it takes are visited`
  if (visited === 0 && all > 0) return `none of ${all} is visited`
  return visited === all ? `all ${all} are visited` : `${visited} of ${all} are visited`
}

function toJson({ kind, rows, visited, conditions, columns, members }: ReadKind): Json {
  return {
    Kind: kind,
    Rows: rows,
    Visited: visited,
    Conditions: conditions,
    Columns: columns,
    Members: members,
  }
}

/** The table of a kind: from its columns if they hold all that is asked for. */
function explainTable(view: View, kind: Kind, store: Store, reader: ResourceReader): Explanation {
  const columns = tableColumnsOf(view, kind)
  const isNarrow = narrowTableOf(view, kind, store) !== null
  const rows = reader.count(kind)
  return {
    kinds: [
      {
        kind: kind.name,
        rows,
        visited: rows,
        conditions: view.filters.map((text) => `--filter ${text}`),
        columns: isNarrow ? columns : [],
        members: isNarrow ? [] : 'all',
      },
    ],
    held: describeShaping(view) ?? (isNarrow ? 'the order of the rows' : streaming),
  }
}

/** What a plan does not visit although its condition would let it. */
function visitedBy({ fold }: Plan): { readonly visited?: number | null } {
  if (fold.type === 'list' && fold.take !== null) return { visited: null }
  return fold.type === 'count' && fold.resources ? { visited: 0 } : {}
}

function readKindOf(
  kind: Kind,
  request: RowRequest,
  conditions: readonly string[],
  reader: ResourceReader,
  isWanted: ScopeTest = () => true,
): ReadKind {
  const { cells, paths, origin } = request
  const rows = reader.count(kind)
  const columns = cells.map(({ member }) => member.replace(columnPrefix, ''))
  return {
    kind: kind.name,
    rows,
    visited: conditions.length === 0 ? rows : reader.countVisited(kind, request, isWanted),
    conditions,
    columns: [...columns, ...origin],
    members: paths === null ? 'all' : paths.map((path) => path.join('.')),
  }
}

const streaming = 'nothing: rows come out as they are found'

function describeHeld(plan: Plan, view: View, reader: ResourceReader): string {
  if (
    view.group !== null &&
    view.sum === null &&
    view.filters.length === 0 &&
    isCountedAlike(plan, reader, allParts)
  )
    return 'a number for each value: rows that are alike are counted by SQLite'
  if (plan.over === 'whole') return 'all that is read: the expression sees the whole document at once'
  const { fold, rest, fails } = plan
  switch (fold.type) {
    case 'count':
      return fold.resources && !needsDocument(plan.request) ? 'a number: no row is read' : 'a number'
    case 'reduce':
      return `what ${fold.name} has found so far`
    case 'late':
      return `the keys of the rows; ${fold.streams ? 'documents are read' : 'the documents that are left are read'} in their order`
    case 'top':
      return `the first ${fold.count} in order`
    case 'list':
      if (fold.take !== null) return `the first ${fold.take} of the list: reading ends there`
      if (rest) return 'the list, which the rest of the expression sees as a whole'
      return (
        describeShaping(view) ?? (fails ? 'the result: a later row could still end in an error' : streaming)
      )
  }
}

function describeShaping({ sort, group }: View): string | null {
  if (group !== null) return 'a number for each value'
  return sort === null ? null : 'the result, to sort it'
}
