import type { Ast, Call } from './ast.ts'
import { isSameTree, makeSteps, stepsOf } from './canonical.ts'

/** A list of the document, and what may stand for parts of expressions over its resources. */
export interface RowList {
  readonly name: string
  /** The list inside each row that holds the resources, as in `Reservations[].Instances[]`; null if they are the rows. */
  readonly nested: string | null
  readonly columns: readonly NamedTree[]
}

/** A tree over a resource whose value is at hand as the member of that name. */
export interface NamedTree {
  readonly member: string
  readonly ast: Ast
}

/** What of the resources of a list an expression can touch; everything else may be left out of them. */
export interface RowNeeds {
  /** Members, as paths from the resource; null for all of them. */
  readonly paths: readonly (readonly string[])[] | null
  /** Members that stand for a column. */
  readonly columns: readonly string[]
  /** Whether members beside the nested list (of a reservation: beside `Instances`) can matter. */
  readonly group: boolean
  /** Whether the list is looked at at all. */
  readonly seen: boolean
  /**
   * Conditions over a resource, as they are written: one that meets none of them could as well be missing, in a row that
   * stays. Null if it matters in any other way, too, such as by its place.
   */
  readonly conditions: readonly Ast[] | null
}

/**
 * The members that an expression over `{[list]: rows}` can touch, for each of the lists, and the expression with columns
 * in place of what they stand for. It errs on the side of more: if a whole resource may reach the result, or cannot be
 * followed, all its members are in it, and no column is. With an unseen result, what it holds does not matter. Rows must be objects, and lists lists.
 */
export function findRowNeeds(
  ast: Ast,
  lists: readonly RowList[],
  result: 'seen' | 'unseen' = 'seen',
): { readonly ast: Ast; readonly needs: ReadonlyMap<string, RowNeeds> } {
  const first = walkOver(ast, lists, result)
  const whole = lists.filter(({ name }) => first.needs.get(name)?.paths === null)
  if (whole.every(({ columns }) => columns.length === 0)) return first
  return walkOver(
    ast,
    lists.map((list) => (whole.includes(list) ? { ...list, columns: [] } : list)),
    result,
  )
}

/** The members that an expression over `{[list]: resources}` can touch; null for all of them. */
export function findMembers(ast: Ast, list: string): readonly string[] | null {
  const paths = findPaths(ast, list)
  return paths && [...new Set(paths.map(([name = '']) => name))]
}

/** The same as paths from the resource: beside what they lead to, nothing of it can be touched. */
export function findPaths(ast: Ast, list: string): RowNeeds['paths'] {
  const { needs } = findRowNeeds(ast, [{ name: list, nested: null, columns: [] }])
  return needs.get(list)?.paths ?? null
}

function walkOver(ast: Ast, lists: readonly RowList[], result: 'seen' | 'unseen') {
  const walk: NeedsWalk = { lists: new Map(lists.map((list) => [list.name, { list, ...newFinding() }])) }
  const [bound, shape] = visit(walk, ast, { of: 'document', depth: 0 })
  if (result === 'seen') consume(walk, shape)
  const needs = [...walk.lists].map(([name, finding]) => {
    const { group, seen } = finding
    const paths = finding.everything ? null : [...finding.paths.values()]
    const conditions = finding.beside || !seen ? null : finding.conditions
    return [name, { paths, columns: [...finding.columns].sort(), group, seen, conditions }] as const
  })
  return { ast: bound, needs: new Map<string, RowNeeds>(needs) }
}

interface NeedsWalk {
  readonly lists: ReadonlyMap<string, ListFinding>
}

interface ListFinding {
  readonly list: RowList
  readonly paths: Map<string, readonly string[]>
  readonly columns: Set<string>
  everything: boolean
  group: boolean
  seen: boolean
  readonly conditions: Ast[]
  /** Whether anything is looked at that is not behind a condition. */
  beside: boolean
}

function newFinding() {
  return {
    paths: new Map<string, readonly string[]>(),
    columns: new Set<string>(),
    everything: false,
    group: false,
    seen: false,
    conditions: [],
    beside: false,
  }
}

/** What a value is made of, in how many lists. `known`: values whose members are noted already. */
type NeedsShape =
  | { readonly of: 'document'; readonly depth: number }
  | { readonly of: 'known'; readonly depth: number }
  | { readonly of: 'group'; readonly depth: number; readonly from: ListFinding }
  | {
      readonly of: 'resource'
      readonly depth: number
      readonly from: ListFinding
      /** Whether a condition let them through. */
      readonly chosen: boolean
    }

type Visited = readonly [ast: Ast, shape: NeedsShape]

const known: NeedsShape = { of: 'known', depth: 0 }

function visit(walk: NeedsWalk, ast: Ast, shape: NeedsShape): Visited {
  if (shape.of === 'resource' && shape.depth === 0) {
    const steps = visitResource(walk, stepsOf(ast), shape)
    if (steps) return steps
  }
  switch (ast.type) {
    case 'current':
      return [ast, shape]
    case 'slice':
      lookBeside(shape, 1)
      // An object has none.
      return [ast, shape.depth > 0 ? shape : known]
    case 'field':
      return [ast, visitMember(walk, ast.name, shape)]
    case 'index':
      lookBeside(shape, 1)
      return [ast, elementOf(shape)]
    case 'subexpression':
    case 'index-expression':
    case 'pipe': {
      let value = shape
      const steps = ast.steps.map((step) => {
        const [bound, next] = visit(walk, step, value)
        value = next
        return bound
      })
      return [{ ...ast, steps }, value]
    }
    case 'flatten': {
      const [left, of] = visit(walk, ast.left, shape)
      return [{ ...ast, left }, of.depth > 1 ? elementOf(of) : of.depth === 1 ? of : known]
    }
    case 'projection': {
      const [left, of] = visit(walk, ast.left, shape)
      const [right, each] = visitEach(walk, ast.right, elementOf(of))
      return [{ ...ast, left, right }, listOf(each)]
    }
    case 'filter-projection': {
      const [left, of] = visit(walk, ast.left, shape)
      const item = choose(elementOf(of), ast.condition)
      const condition = visitTested(walk, ast.condition, item)
      const [right, each] = visit(walk, ast.right, item)
      return [{ ...ast, left, condition, right }, listOf(each)]
    }
    case 'value-projection': {
      const left = visitWhole(walk, ast.left, shape)
      return [{ ...ast, left, right: visit(walk, ast.right, known)[0] }, known]
    }
    case 'comparator':
      return [
        { ...ast, left: visitWhole(walk, ast.left, shape), right: visitWhole(walk, ast.right, shape) },
        known,
      ]
    case 'or':
    case 'and':
      return [{ ...ast, operands: ast.operands.map((each) => visitWhole(walk, each, shape)) }, known]
    case 'not': {
      return [{ ...ast, operand: visitTested(walk, ast.operand, shape) }, known]
    }
    case 'list':
      return [{ ...ast, items: ast.items.map((each) => visitWhole(walk, each, shape)) }, known]
    case 'hash': {
      const entries = ast.entries.map((entry) => ({ ...entry, value: visitWhole(walk, entry.value, shape) }))
      return [{ ...ast, entries }, known]
    }
    case 'call':
      return visitCall(walk, ast, shape)
    case 'reference':
      consume(walk, { of: 'document', depth: 0 })
      return [ast, known]
    case 'literal':
      return [ast, known]
  }
}

/** What is made of each element: where that is the element itself, it may still be left out. */
function visitEach(walk: NeedsWalk, ast: Ast, element: NeedsShape): Visited {
  const visited = visit(walk, ast, element)
  if (visited[1].of !== 'resource') lookBeside(element, 0)
  return visited
}

/** Elements that a condition lets through. */
function choose(item: NeedsShape, condition: Ast): NeedsShape {
  if (item.of !== 'resource' || item.depth > 0) return item
  if (!item.chosen) item.from.conditions.push(condition)
  return { ...item, chosen: true }
}

/** Notes that resources matter without a condition, or, at a depth of 1, how many there are and in which places. */
function lookBeside(shape: NeedsShape, depth: 0 | 1): void {
  if (shape.of === 'resource' && shape.depth === depth && !shape.chosen) shape.from.beside = true
}

type ResourceShape = Extract<NeedsShape, { of: 'resource' }>

/** Steps over a resource: those that a column stands for, or the fields of a path. Null if they begin with neither. */
function visitResource(walk: NeedsWalk, steps: readonly Ast[], shape: ResourceShape): Visited | null {
  const { from } = shape
  const column = findColumn(steps, from.list.columns)
  const path = column ? [] : leadingFields(steps)
  const taken = column ? column.taken : path.length
  if (taken === 0) return null
  lookBeside(shape, 0)
  if (column) from.columns.add(column.member)
  else from.paths.set(path.join('\0'), path)
  const head: readonly Ast[] = column
    ? [{ type: 'field', name: column.member, quoted: true, position: 0 }]
    : steps.slice(0, taken)
  let value: NeedsShape = known
  const rest = steps.slice(taken).map((step) => {
    const [bound, next] = visit(walk, step, value)
    value = next
    return bound
  })
  return [makeSteps([...head, ...rest]), value]
}

/** The column that stands for the most of the first steps. */
function findColumn(steps: readonly Ast[], columns: readonly NamedTree[]) {
  let found: { readonly member: string; readonly taken: number } | null = null
  const [first] = steps
  for (const { member, ast } of columns) {
    // Filters may hold thousands of comparisons: most columns are ruled out by how they begin.
    if (!first || !beginsAs(first, ast)) continue
    const taken = stepsOf(ast).length
    if (taken > steps.length || taken <= (found?.taken ?? 0)) continue
    if (isSameTree(makeSteps(steps.slice(0, taken)), ast)) found = { member, taken }
  }
  return found
}

function beginsAs(step: Ast, ast: Ast): boolean {
  const isChain = ast.type === 'pipe' || ast.type === 'subexpression' || ast.type === 'index-expression'
  if (isChain) return beginsAs(step, ast.steps[0] ?? step)
  return ast.type === 'field' && step.type === 'field' ? ast.name === step.name : ast.type === step.type
}

function leadingFields(steps: readonly Ast[]): readonly string[] {
  const path: string[] = []
  for (const step of steps) {
    if (step.type !== 'field') break
    path.push(step.name)
  }
  return path
}

function visitMember(walk: NeedsWalk, name: string, shape: NeedsShape): NeedsShape {
  if (shape.depth > 0) return known
  if (shape.of === 'document') {
    const from = walk.lists.get(name)
    if (from) from.seen = true
    if (!from) return known
    return from.list.nested === null ? resourcesOf(from) : { of: 'group', depth: 1, from }
  }
  if (shape.of !== 'group') return known
  if (name === shape.from.list.nested) return resourcesOf(shape.from)
  shape.from.group = true
  return known
}

function resourcesOf(from: ListFinding): NeedsShape {
  return { of: 'resource', depth: 1, from, chosen: false }
}

function elementOf(shape: NeedsShape): NeedsShape {
  return shape.depth > 0 ? { ...shape, depth: shape.depth - 1 } : known
}

function listOf(shape: NeedsShape): NeedsShape {
  return shape.of === 'known' ? known : { ...shape, depth: shape.depth + 1 }
}

function visitCall(walk: NeedsWalk, ast: Call, shape: NeedsShape): Visited {
  const [first, second] = ast.arguments
  const withArguments = (args: readonly Ast[]): Ast => ({ ...ast, arguments: args })
  if (ast.arguments.length === 2 && first !== undefined && second !== undefined) {
    if (ast.name === 'map' && first.type === 'reference') {
      const [list, of] = visit(walk, second, shape)
      const [expression, each] = visitEach(walk, first.expression, elementOf(of))
      return [withArguments([{ ...first, expression }, list]), listOf(each)]
    }
    if (ast.name.endsWith('_by') && second.type === 'reference') {
      const [list, of] = visit(walk, first, shape)
      lookBeside(of, 1)
      const expression = visitWhole(walk, second.expression, elementOf(of))
      return [withArguments([list, { ...second, expression }]), ast.name === 'sort_by' ? of : elementOf(of)]
    }
  }
  if (ast.arguments.length !== 1 || first === undefined || !lists.has(ast.name)) {
    return [withArguments(ast.arguments.map((each) => visitWhole(walk, each, shape))), known]
  }
  const [value, of] = visit(walk, first, shape)
  testShape(walk, of)
  return [withArguments([value]), ast.name === 'length' ? known : of]
}

/** Functions of one list that look at no element. */
const lists: ReadonlySet<string> = new Set(['length', 'reverse', 'to_array'])

/** A part all of whose value matters. */
function visitWhole(walk: NeedsWalk, ast: Ast, shape: NeedsShape): Ast {
  const [bound, of] = visit(walk, ast, shape)
  consume(walk, of)
  return bound
}

/** A part of which it only matters whether it is true. */
function visitTested(walk: NeedsWalk, ast: Ast, shape: NeedsShape): Ast {
  if (ast.type === 'or' || ast.type === 'and')
    return { ...ast, operands: ast.operands.map((each) => visitTested(walk, each, shape)) }
  const [bound, tested] = visit(walk, ast, shape)
  testShape(walk, tested)
  return bound
}

/** Whether it is empty matters: of a list that shows without its elements. */
function testShape(walk: NeedsWalk, shape: NeedsShape): void {
  if (shape.depth === 0) consume(walk, shape)
  lookBeside(shape, 1)
}

/** All of it matters. */
function consume(walk: NeedsWalk, shape: NeedsShape): void {
  if (shape.of === 'known') return
  const found = shape.of === 'document' ? [...walk.lists.values()] : [shape.from]
  for (const each of found) {
    each.everything = true
    each.seen = true
    if (shape.of !== 'resource' || !shape.chosen) each.beside = true
    if (shape.of !== 'resource' && each.list.nested !== null) each.group = true
  }
}
