import type { Ast, Call } from './ast.ts'
import type { Compiled } from './compile.ts'

/** What of the rows an expression can touch; everything else may be left out of them. */
export interface Footprint {
  /** Members of each resource; null for all of them. */
  readonly resource: readonly string[] | null
  /** Whether members beside the nested list (of a reservation: beside `Instances`) can matter. */
  readonly group: boolean
}

/**
 * The members that an expression over `{[list]: rows}` can touch. With `nested`, the resources sit one list deeper, as
 * in `Reservations[].Instances[]`. It errs on the side of more: if a whole resource may reach the result, or cannot be
 * followed, all its members are in it. Rows must be objects, and lists lists.
 */
export function topLevelFields(compiled: Compiled, list: string, nested: string | null): Footprint {
  const walk: FootprintWalk = { list, nested, fields: new Set(), everything: false, group: false }
  consume(walk, visit(walk, compiled.ast, { of: 'document', depth: 0 }))
  return { resource: walk.everything ? null : [...walk.fields].sort(), group: walk.group }
}

interface FootprintWalk {
  readonly list: string
  readonly nested: string | null
  readonly fields: Set<string>
  everything: boolean
  group: boolean
}

/** What a value is made of, in how many lists. `known`: values whose members have been counted already. */
interface FootprintShape {
  readonly of: 'document' | 'group' | 'resource' | 'known'
  readonly depth: number
}

const known: FootprintShape = { of: 'known', depth: 0 }

function visit(walk: FootprintWalk, ast: Ast, shape: FootprintShape): FootprintShape {
  switch (ast.type) {
    case 'current':
    case 'slice':
      return shape
    case 'field':
      return visitMember(walk, ast.name, shape)
    case 'index':
      return elementOf(shape)
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return ast.steps.reduce((value: FootprintShape, step) => visit(walk, step, value), shape)
    case 'flatten': {
      const left = visit(walk, ast.left, shape)
      return left.depth > 1 ? elementOf(left) : left.depth === 1 ? left : known
    }
    case 'projection':
      return listOf(visit(walk, ast.right, elementOf(visit(walk, ast.left, shape))))
    case 'filter-projection': {
      const item = elementOf(visit(walk, ast.left, shape))
      testShape(walk, visit(walk, ast.condition, item))
      return listOf(visit(walk, ast.right, item))
    }
    case 'value-projection':
      consume(walk, visit(walk, ast.left, shape))
      visit(walk, ast.right, known)
      return known
    case 'comparator':
      return consumeAll(walk, [ast.left, ast.right], shape)
    case 'or':
    case 'and':
      return consumeAll(walk, ast.operands, shape)
    case 'not':
      testShape(walk, visit(walk, ast.operand, shape))
      return known
    case 'list':
      return consumeAll(walk, ast.items, shape)
    case 'hash':
      return consumeAll(
        walk,
        ast.entries.map((entry) => entry.value),
        shape,
      )
    case 'call':
      return visitCall(walk, ast, shape)
    case 'reference':
      return giveUp(walk)
    case 'literal':
      return known
  }
}

function visitMember(walk: FootprintWalk, name: string, { of, depth }: FootprintShape): FootprintShape {
  if (depth > 0) return known
  if (of === 'document' && name === walk.list)
    return { of: walk.nested === null ? 'resource' : 'group', depth: 1 }
  if (of === 'group' && name === walk.nested) return { of: 'resource', depth: 1 }
  if (of === 'group') walk.group = true
  if (of === 'resource') walk.fields.add(name)
  return known
}

function elementOf({ of, depth }: FootprintShape): FootprintShape {
  return depth > 0 ? { of, depth: depth - 1 } : known
}

function listOf({ of, depth }: FootprintShape): FootprintShape {
  return of === 'known' ? known : { of, depth: depth + 1 }
}

function visitCall(walk: FootprintWalk, ast: Call, shape: FootprintShape): FootprintShape {
  const [first, second] = ast.arguments
  if (ast.arguments.length === 2 && first !== undefined && second !== undefined) {
    if (ast.name === 'map' && first.type === 'reference') {
      return listOf(visit(walk, first.expression, elementOf(visit(walk, second, shape))))
    }
    if (ast.name.endsWith('_by') && second.type === 'reference') {
      const list = visit(walk, first, shape)
      consume(walk, visit(walk, second.expression, elementOf(list)))
      return ast.name === 'sort_by' ? list : elementOf(list)
    }
  }
  if (ast.arguments.length !== 1 || first === undefined || !lists.has(ast.name))
    return consumeAll(walk, ast.arguments, shape)
  const value = visit(walk, first, shape)
  testShape(walk, value)
  return ast.name === 'length' ? known : value
}

/** Functions of one list that look at no element. */
const lists: ReadonlySet<string> = new Set(['length', 'reverse', 'to_array'])

function consumeAll(walk: FootprintWalk, parts: readonly Ast[], shape: FootprintShape): FootprintShape {
  for (const part of parts) consume(walk, visit(walk, part, shape))
  return known
}

/** Whether it is empty matters: of a list that shows without its elements. */
function testShape(walk: FootprintWalk, shape: FootprintShape): void {
  if (shape.depth === 0) consume(walk, shape)
}

/** All of it matters. */
function consume(walk: FootprintWalk, { of }: FootprintShape): void {
  if (of === 'known') return
  walk.everything = true
  if (of !== 'resource' && walk.nested !== null) walk.group = true
}

function giveUp(walk: FootprintWalk): FootprintShape {
  consume(walk, { of: 'document', depth: 0 })
  return known
}
