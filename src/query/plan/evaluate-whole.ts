import type { Ast } from '../../jmespath/ast.ts'
import { compileAst } from '../../jmespath/compile.ts'
import { JmespathError } from '../../jmespath/jmespath-errors.ts'
import { findRowNeeds } from '../../jmespath/row-needs.ts'
import { findKind } from '../../kinds.ts'
import type { Answer, Json, Kind, View } from '../../model.ts'
import type { RowRequest } from '../../store/scan-rows.ts'
import { groupResources } from '../documents.ts'
import { compileExpression, type LetValues, searchAfterLets, searchStockExpression } from '../evaluation.ts'
import { type BranchedTree, branchTree } from './branches.ts'
import type { ExactColumn } from './exact-columns.ts'
import type { Plan, PlanParts } from './expression-plan.ts'
import { isOverList, makePlan, requestOf, usableColumns, wholeRows } from './make-plan.ts'
import type { ResourceReader } from './resource-reader.ts'
import { answerAtOnce, asAnswer, evaluatePlan } from './run-plan.ts'

/** An expression of a view, and what it is planned and answered with. */
export interface Question {
  readonly view: View
  readonly expression: string
  readonly reader: Pick<ResourceReader, 'columnsOf' | 'makeNumberReader'>
  readonly parts: PlanParts
}

type AnsweredQuestion = Question & { readonly reader: ResourceReader }

/**
 * Answers an expression that sees the whole document, with the lists of all kinds, and its lets. Parts that look at the
 * list of one kind are planned by themselves; of the other lists only what can be touched is read. If anything fails, plain
 * evaluation decides which error it is: of several it reports the first, whatever was read first.
 */
export function answerWhole(question: AnsweredQuestion): Answer {
  const { operation } = findKind(question.view.kind)
  const [answer] = question.reader.inSnapshot((): Answer[] => {
    try {
      return [answerTree(question)]
    } catch (error) {
      if (error instanceof JmespathError) return [asAnswer(searchPlainly(question), operation)]
      throw error
    }
  })
  return answer ? { ...answer, title: operation } : asAnswer(null, operation)
}

/** What plain evaluation gives, over the whole lists, of which only the members that are looked at are read. */
export function searchPlainly(question: AnsweredQuestion): Json {
  const parts = { ...question.parts, columns: false, branches: false }
  return searchAfterLets(question.expression, question.view, (expression, values) =>
    searchOne({ ...question, parts, expression }, values),
  )
}

function answerTree(question: AnsweredQuestion): Answer {
  const { view, reader } = question
  const { operation } = findKind(view.kind)
  let list: Answer | null = null
  const value = searchAfterLets(question.expression, view, (expression, values, isLast) => {
    const one = { ...question, expression }
    const alone = isLast ? planAlone(one, values) : null
    if (!alone) return searchOne(one, values)
    list = answerAtOnce(alone.plan, { expression, kind: alone.kind, reader })
    return null
  })
  return list ?? asAnswer(value, operation)
}

/** What one expression gives, when the values of the lets before it are known. */
function searchOne(question: AnsweredQuestion, values: LetValues): Json {
  const { view, expression, reader } = question
  const readList = ({ kind, request, seen }: PlannedList): readonly Json[] => {
    const rows: Json[] = []
    if (!seen) return rows
    for (const chunk of reader.read(kind, request)) {
      const bodies = chunk.map(({ body }) => body)
      for (const row of kind.nested ? groupResources(chunk, bodies, kind.nested) : bodies) rows.push(row)
    }
    return rows
  }
  const documentOf = (lists: readonly PlannedList[]): Record<string, Json> =>
    Object.fromEntries(lists.map((each) => [each.kind.list, readList(each)]))
  if (view.engine !== 'muster') {
    const lists = kindsOf(view).map((kind) => ({ kind, request: wholeRequest(question, kind), seen: true }))
    return searchStockExpression(expression, view, documentOf(lists), values)
  }
  const { branches, lists, ast } = planWhole(question, compileExpression(expression, view, values).ast)
  const document = documentOf(lists)
  for (const { member, kind, plan } of branches) {
    // Evaluated when the rest looks at it, if ever. It is no member of the document to one who lists all of them.
    let found: { readonly value: Json } | null = null
    Object.defineProperty(document, member, {
      get: () => {
        found ??= { value: evaluatePlan(plan, { expression, kind, reader }) }
        return found.value
      },
    })
  }
  return compileAst(ast, expression)(document)
}

/** The plan of an expression that looks at the list of one kind; null if it sees more. */
export function planAlone(
  question: Question,
  values?: LetValues,
): { readonly kind: Kind; readonly plan: Plan } | null {
  const { view, expression, parts } = question
  if (view.engine !== 'muster') return null
  const kinds = kindsOf(view)
  if (kinds.length > 1 && !parts.branches) return null
  const { ast } = compileExpression(expression, view, values)
  for (const kind of kinds) {
    const plan = planPart(question, ast, kind)
    if (plan) return { kind, plan }
  }
  return null
}

interface PlannedList {
  readonly kind: Kind
  readonly request: RowRequest
  /** Whether the list is looked at. */
  readonly seen: boolean
}

interface WholePlan extends Pick<BranchedTree, 'branches'> {
  readonly lists: readonly PlannedList[]
  /** Runs over the lists and the branches. */
  readonly ast: Ast
}

/** How a tree over the whole document is evaluated: its branches, and what the rest reads of each list. */
export function planWhole(question: Question, ast: Ast): WholePlan {
  const { view, reader, parts } = question
  const kinds = kindsOf(view)
  const { branches, rest } = parts.branches
    ? branchTree(ast, kinds, (part, kind) => planPart(question, part, kind))
    : { branches: [], rest: ast }
  const usable = kinds.map((kind) => usableColumns(rest, reader.columnsOf(kind, rest), parts))
  const listsOf = (columns: readonly (readonly ExactColumn[])[]) =>
    kinds.map(({ list, nested }, index) => ({
      name: list,
      nested: nested?.list ?? null,
      columns: columns[index] ?? [],
    }))
  const { needs } = findRowNeeds(rest, listsOf(usable))
  const lists = kinds.map((kind, index): PlannedList => {
    const found = needs.get(kind.list) ?? wholeRows
    const request = requestOf(found, usable[index] ?? [], kind, view.origin, parts)
    return { kind, request, seen: found.seen }
  })
  // Of whole documents no column is read.
  const read = usable.map((columns, index) => (lists[index]?.request.paths === null ? [] : columns))
  return { branches, lists, ast: findRowNeeds(rest, listsOf(read)).ast }
}

/** What the stock package is given: nothing is known of what it looks at. */
export function wholeRequest({ view, parts }: Question, kind: Kind): RowRequest {
  return requestOf(wholeRows, [], kind, view.origin, parts)
}

export function kindsOf({ kind, otherKinds }: View): readonly Kind[] {
  return [kind, ...otherKinds].map(findKind)
}

function planPart({ view, reader, parts }: Question, part: Ast, kind: Kind): Plan | null {
  // Its columns are looked up in the cache.
  if (!isOverList(part, kind)) return null
  const columns = reader.columnsOf(kind, part)
  const byNumber = reader.makeNumberReader !== null
  return makePlan(part, { kind, origin: view.origin, columns, parts, byNumber })
}
