import { type Ast, childrenOf } from '../../jmespath/ast.ts'
import { hasStrayReference } from '../../jmespath/compile.ts'
import { countLookedAt, findFirstCall } from '../../jmespath/folds.ts'
import { documentOf, resourceShape } from '../../jmespath/kind-shapes.ts'
import { pathsThroughLists, treesOver } from '../../jmespath/list-paths.ts'
import { foresee } from '../../jmespath/outlook.ts'
import { keepsObjects, type Operation, pipelineTree, resourcePipeline } from '../../jmespath/pipeline.ts'
import { findRowNeeds, type RowNeeds } from '../../jmespath/row-needs.ts'
import { splitSelection } from '../../jmespath/selection-prefix.ts'
import { listOf, type Shape, scalarOf } from '../../jmespath/shapes.ts'
import { split } from '../../jmespath/stream.ts'
import { originFields } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { isDocumentAsStored } from '../../store/check-documents.ts'
import { isPlainName } from '../../store/document-paths.ts'
import type { RowCondition } from '../../store/row-chunks.ts'
import type { RowCell, RowRequest } from '../../store/scan-rows.ts'
import { cellRowsOf, itemMembersOf } from './cell-rows.ts'
import { columnPrefix, type ExactColumn } from './exact-columns.ts'
import { type Fold, type Plan, type PlanParts, type RowChoice, rowMember } from './expression-plan.ts'
import { markShown } from './shown-cells.ts'
import { type NecessaryTerms, necessaryTerms, type ScopeTerm, type SqlTerm } from './sql-conditions.ts'

/** What a plan is made over. */
export interface PlanSetting {
  readonly kind: Kind
  /** Whether resources say where they were found. */
  readonly origin: boolean
  /** Columns that can be read in place of what they stand for. */
  readonly columns: readonly ExactColumn[]
  readonly parts: PlanParts
  /** Whether resources can be read by the numbers of their rows. */
  readonly byNumber: boolean
}

/** Plans an expression over the list of one kind; null if it sees more of the document, or all of the list at once. */
export function makePlan(ast: Ast, setting: PlanSetting): Plan | null {
  const { kind, origin, columns, parts } = setting
  const nested = kind.nested?.list ?? null
  if (!isOverList(ast, kind)) return null
  const usable = usableColumns(ast, columns, parts)
  const found = findRowNeeds(ast, [{ name: kind.list, nested, columns: usable }])
  const needs = found.needs.get(kind.list) ?? wholeRows
  const request = requestOf(needs, usable, kind, origin, parts)
  // Whole documents hold no columns.
  if (request.paths === null && usable.length > 0 && needs.columns.length > 0)
    return makePlan(ast, { ...setting, columns: [] })
  const readColumns = usable.filter(({ member }) => request.cells.some((cell) => cell.member === member))
  const members = new Map<string, Shape>(readColumns.map(({ member, type }) => [member, scalarOf(type)]))
  const parted = split(found.ast, kind.list)
  if (parted === null) return null
  const row = resourceShape(kind, origin, members)
  const operations = resourcePipeline(parted.stream, kind.list, nested)
  const each = operations ? pipelineTree(operations) : parted.stream
  const seen = operations ? listOf(row) : documentOf(kind, origin, [], members).shape
  const { fails } = foresee(each, seen)
  const trees = operations && parts.lists ? treesOver(operations) : null
  const through = trees && pathsThroughLists(trees, request.paths, row)
  const { terms, scopes, exact } =
    operations && parts.conditions
      ? leadingTerms(operations, {
          row,
          columns: parts.columns ? columns : [],
          id: kind.identity === 'item' ? null : kind.id,
          origin: origin ? originFields : [],
        })
      : { terms: [], scopes: [], exact: operations?.every(({ type }) => type !== 'filter') === true }
  const isUntouched = operations?.every((each) => each.type === 'filter' || keepsObjects(each)) === true
  const plain = foldOf(parted.rest, operations, fails, parts)
  const readsDocuments = request.paths === null || request.paths.length > 0
  const isLate = parts.folds && setting.byNumber && isUntouched && readsDocuments && !endsEarly(plain.fold)
  const late = isLate ? lateOf(ast, parted.rest, row, setting) : null
  const { fold, rest } = late ?? plain
  const condition = conditionOf(terms)
  // The sums of columns are those of all rows. The document of one has its own.
  const { idColumns, others } = partColumns(columns, kind)
  if (condition !== null && condition.id !== null && others > 0)
    return makePlan(ast, { ...setting, columns: idColumns })
  const read: RowRequest = {
    ...request,
    cells: operations ? markShown(operations, request.cells) : request.cells,
    ...(through && { through }),
    groupFields: operations === null && needs.group && nested !== null,
    condition,
    first: fold.type === 'list' && fold.take !== null ? Math.min(1000, Math.max(1, fold.take)) : 1000,
  }
  const isDecided = operations !== null && exact
  const isChosen = parts.choices && setting.byNumber && fold.type !== 'late' && !isDecided
  const isList = fold.type === 'list' && fold.take === null && rest === null && !fails
  const rows = parts.rows && operations && exact && isList ? cellRowsOf(operations, request) : null
  return {
    list: kind.list,
    over: operations ? 'resources' : 'document',
    request: read,
    choice: isChosen ? choiceOf(needs.conditions, read, setting) : null,
    conditions: [...scopes, ...terms].map(({ written }) => written),
    scopes: scopes.map((scope) => scope.ast),
    each,
    fold: fold.type === 'late' ? { ...fold, scan: { ...fold.scan, condition } } : fold,
    rest,
    rows,
    members: isList && operations ? itemMembersOf(operations) : null,
    fails,
  }
}

/** Whether an expression looks at the list of a kind and at nothing beside it, and resources can be read in chunks for it. */
export function isOverList(ast: Ast, { list }: Kind): boolean {
  return split(ast, list) !== null && !hasStrayReference(ast)
}

/** Whether an expression gives all resources of a kind as they are, one after the other. */
export function givesResources(ast: Ast, { list, nested }: Kind): boolean {
  return resourcePipeline(ast, list, nested?.list ?? null)?.every(keepsObjects) === true
}

/** The columns that are the id of a kind, and how many others there are. */
function partColumns(columns: readonly ExactColumn[], kind: Kind) {
  const idColumns = columns.filter(({ ast }) => ast.type === 'field' && ast.name === kind.id)
  return { idColumns, others: columns.length - idColumns.length }
}

function endsEarly(fold: Fold): boolean {
  return fold.type === 'count' || (fold.type === 'list' && fold.take !== null)
}

/** A plan that chooses resources before it reads their documents; null if the expression does not choose first. */
function lateOf(
  ast: Ast,
  bound: Ast | null,
  row: Shape,
  { kind, origin, columns, parts }: PlanSetting,
): { readonly fold: Fold; readonly rest: Ast | null } | null {
  const nested = kind.nested?.list ?? null
  const parted = split(ast, kind.list)
  if (!parted?.rest || bound === null) return null
  const { selection, one } = splitSelection(parted.rest)
  if (selection.type === 'current') return null
  const chosen: Ast = { type: 'pipe', steps: [parted.stream, selection] }
  const usable = usableColumns(ast, columns, parts)
  const found = findRowNeeds(chosen, [{ name: kind.list, nested, columns: usable }], 'unseen')
  const scan = requestOf(found.needs.get(kind.list) ?? wholeRows, usable, kind, origin, parts)
  const [stream, order] = found.ast.type === 'pipe' ? found.ast.steps : []
  const operations = stream ? resourcePipeline(stream, kind.list, nested) : null
  if (scan.paths === null || !operations || !order) return null
  const { rest } = splitSelection(bound)
  const streams = !one && split(rest, null)?.rest === null && !foresee(rest, listOf(row)).fails
  return {
    fold: {
      type: 'late',
      scan: { ...scan, cells: [...scan.cells, rowNumber], groupFields: false },
      filter: pipelineTree(operations),
      selection: order,
      one,
      streams,
    },
    rest: rest.type === 'current' ? null : rest,
  }
}

const rowNumber: RowCell = { member: rowMember, sql: 'r._row', type: 'number' }

/**
 * How resources are chosen by the conditions behind which all looks at them stand, before the rest is read: null if there are
 * none, or if these look at as much of the documents.
 */
function choiceOf(
  conditions: readonly Ast[] | null,
  request: RowRequest,
  { kind, origin, columns, parts }: PlanSetting,
): RowChoice | null {
  if (!conditions?.length || request.paths?.length === 0) return null
  const tests = conditions.map((operand): Ast => ({ type: 'not', operand }))
  const resources: Ast = { type: 'field', name: kind.list, quoted: false, position: 0 }
  const looks: Ast = { type: 'projection', left: resources, right: { type: 'list', items: tests } }
  const usable = usableColumns(looks, columns, parts)
  const { ast, needs } = findRowNeeds(looks, [{ name: kind.list, nested: null, columns: usable }])
  const scan = requestOf(needs.get(kind.list) ?? wholeRows, usable, kind, origin, parts)
  const readsLess = scan.paths?.length === 0 || (scan.paths !== null && request.paths === null)
  if (!readsLess || ast.type !== 'projection' || ast.right.type !== 'list') return null
  const through = parts.lists
    ? pathsThroughLists(ast.right.items, scan.paths, resourceShape(kind, origin))
    : null
  return {
    conditions: ast.right.items.flatMap((item) => (item.type === 'not' ? [item.operand] : [])),
    scan: {
      ...scan,
      ...(through && { through }),
      cells: [...scan.cells, rowNumber],
      groupFields: request.groupFields,
      condition: request.condition,
      first: request.first,
    },
  }
}

/** Of an expression of which nothing is known. */
export const wholeRows: RowNeeds = { paths: null, columns: [], group: true, seen: true, conditions: null }

/** What is read of a kind's resources for these needs. */
export function requestOf(
  { paths, columns, group }: RowNeeds,
  usable: readonly ExactColumn[],
  kind: Kind,
  origin: boolean,
  parts: PlanParts,
): RowRequest {
  const isOrigin = ([first]: readonly string[]) => origin && originFields.some((field) => field === first)
  const stored = paths?.filter((path) => !isOrigin(path)).map((path) => path.slice(0, plainLength(path)))
  // A name that SQL cannot take as it is: AWS has none, and the whole document has it if anything does.
  const isWhole = !parts.fields || !stored || stored.some((path) => path.length === 0)
  const originAsked = originFields.filter(
    (field) => paths === null || paths.some(([first]) => first === field),
  )
  return {
    cells: isWhole ? [] : usable.filter(({ member }) => columns.includes(member)),
    paths: isWhole ? null : stored,
    groupFields: group && kind.nested !== undefined,
    origin: origin ? (isWhole ? originFields : originAsked) : [],
    condition: null,
    first: 1000,
  }
}

function plainLength(path: readonly string[]): number {
  const odd = path.findIndex((name) => !isPlainName(name))
  return odd < 0 ? path.length : odd
}

/** The columns that may stand for parts of a tree: none if it names a member that could be taken for one of theirs. */
export function usableColumns(
  ast: Ast,
  columns: readonly ExactColumn[],
  parts: PlanParts,
): readonly ExactColumn[] {
  return parts.columns && parts.fields && !namesColumn(ast) ? columns : []
}

function namesColumn(ast: Ast): boolean {
  if (ast.type === 'field') return ast.name.startsWith(columnPrefix)
  return childrenOf(ast).some(namesColumn)
}

/** The terms of the filters that come first: resources that they leave out reach nothing. */
function leadingTerms(
  operations: readonly Operation[],
  setting: Parameters<typeof necessaryTerms>[1],
): NecessaryTerms {
  const terms: SqlTerm[] = []
  const scopes: ScopeTerm[] = []
  let exact = true
  for (const operation of operations) {
    const isPassed = operation.type === 'each' && operation.tree.type === 'current'
    if (isPassed) continue
    if (operation.type !== 'filter') break
    const found = necessaryTerms(operation.condition, setting)
    terms.push(...found.terms)
    scopes.push(...found.scopes)
    exact &&= found.exact
    if (foresee(operation.condition, setting.row).fails) break
  }
  return { terms, scopes, exact }
}

function conditionOf(terms: readonly SqlTerm[]): RowCondition | null {
  if (terms.length === 0) return null
  const ofColumns = terms.filter(({ document }) => !document)
  const ofDocument = terms.filter(({ document }) => document)
  const ordered = [...ofColumns, ...ofDocument]
  // SQLite asks them in this order: only documents that then decide are compared with their checks.
  const sound = ofDocument.length > 0 ? [isDocumentAsStored] : []
  return {
    sql: [...ofColumns.map(({ sql }) => sql), ...sound, ...ofDocument.map(({ sql }) => sql)].join(' AND '),
    parameters: ordered.flatMap(({ parameters }) => parameters),
    columns: [...new Set(terms.flatMap(({ columns }) => columns))],
    document: ofDocument.length > 0,
    id: terms.find(({ id }) => id !== null)?.id ?? null,
  }
}

/** How the results of all chunks become one, and what is left to do with that. */
function foldOf(
  rest: Ast | null,
  operations: readonly Operation[] | null,
  fails: boolean,
  parts: PlanParts,
): { readonly fold: Fold; readonly rest: Ast | null } {
  const plain = { fold: { type: 'list', take: null }, rest } as const
  if (rest === null) return plain
  const take = parts.ends && !fails ? countLookedAt(rest) : null
  if (take !== null) return { fold: { type: 'list', take }, rest }
  const first = parts.folds ? findFirstCall(rest) : null
  if (first === null) return plain
  const { call } = first
  const [list, key] = call.arguments
  const isPlain = call.arguments.length === 1 && list?.type === 'current'
  const isByKey = call.arguments.length === 2 && list?.type === 'current' && key?.type === 'reference'
  if (isPlain && call.name === 'length') {
    const resources = !fails && operations?.every(givesOne) === true
    return { fold: { type: 'count', resources }, rest: first.rest }
  }
  if ((isPlain && reducers.has(call.name)) || (isByKey && reducersByKey.has(call.name)))
    return { fold: { type: 'reduce', call, name: call.name }, rest: first.rest }
  const count = isByKey && call.name === 'sort_by' ? countLookedAt(first.rest) : null
  if (count !== null && count > 0) return { fold: { type: 'top', call, count }, rest: first.rest }
  return plain
}

const reducers: ReadonlySet<string> = new Set(['sum', 'max', 'min'])
const reducersByKey: ReadonlySet<string> = new Set(['max_by', 'min_by'])

/** Whether an operation gives exactly one value for each resource, whatever that is. */
function givesOne({ type, ...operation }: Operation): boolean {
  if (!('tree' in operation)) return false
  const { tree } = operation
  return type === 'map' || tree.type === 'hash' || tree.type === 'list' || tree.type === 'current'
}
