import { type Ast, childrenOf } from '../../jmespath/ast.ts'
import { unknownValue } from '../../jmespath/lexer.ts'
import { findKind, originFields, typeOfColumn } from '../../kinds.ts'
import type { Kind, View } from '../../model.ts'
import { needsDocument, type RowRequest } from '../../store/scan-rows.ts'
import { compileExpression } from '../evaluation.ts'
import { extentOf } from '../whole-documents.ts'
import { kindsOf, planAlone, planWhole, type Question, wholeRequest } from './evaluate-whole.ts'
import { columnPrefix } from './exact-columns.ts'
import { describeShaping, type Explanation, type ReadKind, streaming } from './explanation.ts'
import { type Plan, type PlanParts, rowMember } from './expression-plan.ts'
import { orderOf } from './ordered-rows.ts'
import type { ResourceReader, ScopeTest } from './resource-reader.ts'
import { isCountedAlike, scopeTestOf } from './run-plan.ts'

/** Explains how an expression is answered: its lets, in order, and then itself. */
export function explainExpression(
  view: View,
  expression: string,
  reader: ResourceReader,
  parts: PlanParts,
): Explanation {
  const question = { view, expression, reader, parts }
  if (view.engine !== 'muster') {
    const kinds = kindsOf(view).map((kind) => readKindOf(kind, wholeRequest(question, kind), [], reader))
    return { kinds, held: wholeDocument }
  }
  const alone = planAlone(question)
  const lets = view.lets.map((each) => ({
    name: `$${each.name}`,
    ...explainBranches({ ...question, expression: each.expression }),
  }))
  const last = alone
    ? { kinds: [explainAlone(alone, question)], held: describeHeld(alone, question) }
    : explainBranches(question)
  if (lets.length === 0) return last
  return {
    kinds: [...lets, last].flatMap(({ kinds }) => kinds),
    held: [...lets.map(({ name }) => name), last.held === streaming ? 'the result' : last.held].join('; '),
  }
}

type ExplainedQuestion = Question & { readonly reader: ResourceReader }

interface PlannedKind {
  readonly kind: Kind
  readonly plan: Plan
}

function explainAlone(
  { kind, plan }: PlannedKind,
  { view, expression, reader }: ExplainedQuestion,
): ReadKind {
  // How many rows a condition leaves shows when the values are found that it looks for.
  const isOpen = plan.conditions.length > 0 && holdsUnknown(compileExpression(expression, view).ast)
  const isWanted = scopeTestOf(plan, expression)
  return {
    ...readKindOf(kind, readOf(plan), plan.conditions, reader, isOpen ? null : isWanted),
    ...visitedBy(plan, view),
    ...(plan.choice && { chosenBy: plan.choice.scan.paths?.map((path) => path.join('.')) ?? [] }),
  }
}

/** Of an expression over the whole document: each of its branches, and the lists that the rest sees. */
function explainBranches(question: ExplainedQuestion): Explanation {
  const { view, expression, reader } = question
  const { branches, lists } = planWhole(question, compileExpression(expression, view).ast)
  const plain: View = { ...view, sort: null, group: null, columns: null, limit: null }
  const parts = branches.map(({ kind, plan }) => ({
    read: explainAlone({ kind, plan }, { ...question, view: plain }),
    held: describeBranch({ kind, plan }, { ...question, view: plain }),
  }))
  const seen = lists.filter((each) => each.seen)
  const isText = branches.length === 0 && extentOf(view, findKind(view.kind)) === 'document'
  const rest = isText ? asText : wholeDocument
  return {
    kinds: [
      ...parts.map(({ read }) => read),
      ...seen.map(({ kind, request }) => readKindOf(kind, request, [], reader)),
    ],
    held: [...parts.map(({ held }) => held), ...(seen.length > 0 ? [rest] : [])].join('; ') || nothingRead,
  }
}

function describeBranch(planned: PlannedKind, question: ExplainedQuestion): string {
  const held = describeHeld(planned, question)
  return `of ${planned.kind.name} ${held === streaming || planned.plan.fails ? 'what they give' : held}`
}

function holdsUnknown(ast: Ast): boolean {
  return (ast.type === 'literal' && ast.value === unknownValue) || childrenOf(ast).some(holdsUnknown)
}

/** All that a plan reads of rows, those that are chosen first included. */
function readOf({ request, fold, choice }: Plan): RowRequest {
  const scan = choice?.scan ?? (fold.type === 'late' ? fold.scan : null)
  if (!scan) return request
  const cells = [...scan.cells, ...request.cells].filter(({ member }) => member !== rowMember)
  const byMember = new Map(cells.map((cell) => [cell.member, cell]))
  const paths = request.paths && scan.paths && [...scan.paths, ...request.paths]
  const byName = new Map(paths?.map((path) => [path.join('.'), path]))
  const origin = originFields.filter((field) => [...scan.origin, ...request.origin].includes(field))
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
  isWanted: ScopeTest | null = () => true,
): ReadKind {
  const { cells, paths, origin } = request
  const rows = reader.count(kind)
  const columns = cells.map(({ member }) => member.replace(columnPrefix, ''))
  return {
    kind: kind.name,
    rows,
    visited: conditions.length === 0 ? rows : isWanted && reader.countVisited(kind, request, isWanted),
    conditions,
    columns: [...columns, ...origin],
    members: paths === null ? 'all' : paths.map((path) => path.join('.')),
  }
}

function describeHeld({ kind, plan }: PlannedKind, { view, reader, parts }: ExplainedQuestion): string {
  if (
    view.group !== null &&
    view.sum === null &&
    view.filters.length === 0 &&
    isCountedAlike(plan, reader, parts)
  )
    return 'a number for each value: rows that are alike are counted by SQLite'
  const { fold, rest, fails } = plan
  const typeOf = (column: string) => typeOfColumn(column, kind)
  if (view.lets.length === 0 && orderOf(plan, view, typeOf, reader, parts)) {
    const left = describeShaping({ ...view, sort: null })
    return left === null ? sortedInSql : `${sortedInSql}; ${left}`
  }
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

const sortedInSql = 'what is read of the rows, packed by SQLite, which sorts them'
const wholeDocument = 'all that is read: the expression sees the whole document at once'
const asText = 'as JSON nothing: its text comes from the cache; in other formats the whole document'
const nothingRead = 'nothing: no list is read'
