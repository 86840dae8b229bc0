import { findKind, originFields } from '../../kinds.ts'
import type { Answer, Json, Kind, View } from '../../model.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { needsDocument, type RowRequest } from '../../store/scan-rows.ts'
import { compileExpression } from '../evaluation.ts'
import { joinedNamesOf } from '../joined.ts'
import { narrowTableOf, tableColumnsOf } from '../narrow-table.ts'
import { listSorts } from '../rows.ts'
import { countFiltered, taggedTableOf } from '../tagged-table.ts'
import { extentOf } from '../whole-documents.ts'
import { everyTag, isOpen } from '../wildcards.ts'
import { planLists } from './evaluate-whole.ts'
import { columnPrefix } from './exact-columns.ts'
import { allParts, type Plan, rowMember } from './expression-plan.ts'
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

/**
 * Explains how a view is answered; nothing but numbers of rows is read for it. `shown`: whether the answer is printed, or a
 * screen keeps its rows, or only the order of those that lie in the cache.
 */
export function explainView(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  shown: 'printed' | 'kept' | 'ordered' = 'printed',
): Explanation {
  const { kinds, held } = explainAnswer(view, store, lines)
  if (shown === 'ordered') return { kinds, held: 'the order of the rows: those in view are read again' }
  const onScreen = held === streaming ? 'the rows of the answer' : `${held}; then the rows of the answer`
  return { kinds, held: shown === 'kept' ? onScreen : held }
}

/** Explains how `answerView` answers a view. */
function explainAnswer(view: View, store: Store, lines: readonly LedgerLine[]): Explanation {
  const kind = findKind(view.kind)
  const reader = cacheReader(store, (each) => lines.filter(({ scope }) => scope.kind === each.name))
  const { expression } = view
  if (expression === null) return explainTable(view, kind, store, lines, reader)
  if (view.engine !== 'muster' || view.otherKinds.length > 0 || view.lets.length > 0) {
    const kinds = [kind, ...view.otherKinds.map(findKind)]
    const { lists } = planLists(view, expression, kinds, reader.columnsOf, allParts)
    return {
      kinds: lists.map((list) => readKindOf(list.kind, list.request, [], reader)),
      held: wholeDocument,
    }
  }
  const { ast } = compileExpression(expression, view)
  const { origin } = view
  const columns = reader.columnsOf(kind, ast)
  const plan = makePlan(ast, { kind, origin, columns, parts: allParts, byNumber: true })
  return {
    kinds: [
      {
        ...readKindOf(kind, readOf(plan), plan.conditions, reader, scopeTestOf(plan, expression)),
        ...visitedBy(plan, view),
      },
    ],
    held: describeHeld(plan, view, kind, reader),
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

/** The table of a kind: from its columns, and its tags, if they hold all that is asked for. */
function explainTable(
  view: View,
  kind: Kind,
  store: Store,
  lines: readonly LedgerLine[],
  reader: ResourceReader,
): Explanation {
  const narrow = narrowTableOf(view, kind, store)
  const tagged = narrow ? null : taggedTableOf(view, kind, store)
  const rows = reader.count(kind)
  const { group, sort, limit, filters } = view
  const pushed = narrow?.filters ?? tagged?.filters ?? []
  const isSorted = sort !== null && group === null
  const isSortedHere = isSorted && (tagged ? tagged.left.sort !== null : !narrow)
  const left = pushed.length > 0 ? countFiltered(store, lines, kind, pushed) : rows
  const own = tagged?.request.cells.map(({ member }) => member.replace(columnPrefix, '')) ?? []
  const sorted = isSorted && narrow ? listSorts(sort).map(({ column }) => column) : []
  const members = tagged?.request.paths?.map((path) => path.join('.')) ?? []
  const order =
    isSorted && !isSortedHere
      ? 'the numbers of the rows, in their order'
      : 'the numbers of the rows that are left'
  const isChosen = (narrow ?? tagged) !== null && (pushed.length > 0 || (isSorted && !isSortedHere))
  // Of all rows the tags are known before: they stream.
  const isOfAll = filters.length === 0 && limit === null
  const columns = isOfAll ? (view.columns?.filter((name) => name !== everyTag) ?? null) : view.columns
  const shaping = describeShaping({ ...view, columns, sort: isSortedHere ? sort : null })
  const held = [isChosen ? order : null, ...describeJoined(view, kind, narrow ?? tagged), shaping]
  return {
    kinds: [
      {
        kind: kind.name,
        rows,
        visited: limit !== null && group === null && !isSortedHere ? null : left,
        conditions: narrow || tagged ? filters.map((text) => `--filter ${text}`) : [],
        columns: narrow
          ? [...new Set([...tableColumnsOf(view, kind), ...sorted])]
          : [...own, ...(tagged ? originFields : [])],
        members: narrow ? [] : tagged ? members : 'all',
      },
    ],
    held: held.filter((each) => each !== null).join('; ') || streaming,
  }
}

/** Of whole documents, what another kind gives to them is looked up before. */
function describeJoined(view: View, kind: Kind, read: object | null): readonly string[] {
  return read ? [] : joinedNamesOf(view, kind).map((name) => `${name} of all rows`)
}

/** All that a plan reads of rows, those that are chosen first included. */
function readOf({ request, fold }: Plan): RowRequest {
  if (fold.type !== 'late') return request
  const cells = [...fold.scan.cells, ...request.cells].filter(({ member }) => member !== rowMember)
  const byMember = new Map(cells.map((cell) => [cell.member, cell]))
  const paths = request.paths && fold.scan.paths && [...fold.scan.paths, ...request.paths]
  const byName = new Map(paths?.map((path) => [path.join('.'), path]))
  const origin = originFields.filter((field) => [...fold.scan.origin, ...request.origin].includes(field))
  return { ...request, cells: [...byMember.values()], paths: paths && [...byName.values()], origin }
}

/** What a plan does not visit although its condition would let it. */
function visitedBy(
  { fold, rest, fails }: Plan,
  { limit, sort, group }: View,
): { readonly visited?: number | null } {
  if (fold.type === 'list' && fold.take !== null) return { visited: null }
  const isStreamed = fold.type === 'list' && !rest && !fails && sort === null && group === null
  if (isStreamed && limit !== null) return { visited: null }
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

function describeHeld(plan: Plan, view: View, kind: Kind, reader: ResourceReader): string {
  if (
    view.group !== null &&
    view.sum === null &&
    view.filters.length === 0 &&
    isCountedAlike(plan, reader, allParts)
  )
    return 'a number for each value: rows that are alike are counted by SQLite'
  if (plan.over === 'whole') return extentOf(view, kind) === 'document' ? asText : wholeDocument
  const { fold, rest, fails } = plan
  const shaping = describeShaping(view)
  const andShaping = (held: string) => (shaping === null ? held : `${held}; ${shaping}`)
  switch (fold.type) {
    case 'count':
      return fold.resources && !needsDocument(plan.request) ? 'a number: no row is read' : 'a number'
    case 'reduce':
      return `what ${fold.name} has found so far`
    case 'late':
      if (fold.one) return 'the keys of the rows, and one document'
      return fold.streams
        ? andShaping('the keys of the rows: documents are read in their order')
        : 'the keys of the rows, and the documents that are left'
    case 'top':
      return `the first ${fold.count} in order`
    case 'list':
      if (fold.take !== null) return `the first ${fold.take} of the list: reading ends there`
      if (rest) return 'the list, which the rest of the expression sees as a whole'
      if (fails) return 'the result: a later row could still end in an error'
      return shaping ?? streaming
  }
}

const wholeDocument = 'all that is read: the expression sees the whole document at once'
const asText = 'as JSON nothing: its text comes from the cache; in other formats the whole document'

/** What is held of a result to shape it; null if nothing is. */
function describeShaping({ sort, group, columns }: View): string | null {
  if (group !== null) return 'a number for each value'
  if (sort !== null) return 'the result, to sort it'
  const isShownLate = columns !== null && isOpen(columns)
  return isShownLate ? 'what is shown of the rows, until the last one says which columns there are' : null
}
