import { type Ast, children, type Field, type FilterProjection } from './ast.ts'
import type { AwsDocument, Trap } from './traps.ts'

/** What is certain of a value: a list (or null) of something, the document, one of its groups, or nothing. */
type Shape = 'any' | 'document' | 'group' | List

interface List {
  readonly of: Shape
  /** Of the filter that made it inside one group: there is such a list for each of them. */
  readonly inGroup?: number
}

interface Walk {
  readonly aws: AwsDocument | null
  readonly traps: Trap[]
}

/** Lists that are taken for something else: fields that are asked of a list, and a list for each reservation. */
export function listTraps(ast: Ast, aws: AwsDocument | null): readonly Trap[] {
  const walk: Walk = { aws, traps: [] }
  used(walk, shapeOf(walk, ast, aws === null ? 'any' : 'document', false))
  return walk.traps
}

/** `piped`: whether `input` came through a pipe to an operator of which this tree is a part. */
function shapeOf(walk: Walk, ast: Ast, input: Shape, piped: boolean): Shape {
  switch (ast.type) {
    case 'current':
      return input
    case 'literal':
      return Array.isArray(ast.value) ? { of: 'any' } : 'any'
    case 'field':
      return member(walk, ast, input, piped)
    case 'index':
      return elementOf(used(walk, input))
    case 'slice':
      return used(walk, input)
    case 'subexpression':
    case 'index-expression':
      return inTurn(walk, ast.steps, input, piped)
    case 'pipe':
      return inTurn(walk, ast.steps, input, true)
    case 'flatten':
      return flattened(shapeOf(walk, ast.left, input, piped))
    case 'projection': {
      const left = shapeOf(walk, ast.left, input, piped)
      return { of: shapeOf(walk, ast.right, elementOf(used(walk, left)), false) }
    }
    case 'filter-projection':
      return filtered(walk, ast, input, piped)
    case 'value-projection':
      shapeOf(walk, ast.left, input, piped)
      return { of: shapeOf(walk, ast.right, 'any', false) }
    case 'call':
      for (const argument of ast.arguments) used(walk, shapeOf(walk, argument, input, piped))
      return makers.has(ast.name) ? { of: 'any' } : 'any'
    case 'reference':
      return shapeOf(walk, ast.expression, 'any', false)
    default:
      return operands(walk, ast, input, piped)
  }
}

/** Functions that give a list, whatever they get. */
const makers: ReadonlySet<string> = new Set(['keys', 'map', 'sort', 'sort_by', 'to_array', 'values'])

type Operation = Extract<Ast, { type: 'comparator' | 'or' | 'and' | 'not' | 'list' | 'hash' }>

function operands(walk: Walk, ast: Operation, input: Shape, piped: boolean): Shape {
  for (const child of children(ast)) used(walk, shapeOf(walk, child, input, piped))
  return ast.type === 'list' ? { of: 'any' } : 'any'
}

function inTurn(walk: Walk, steps: readonly Ast[], input: Shape, piped: boolean): Shape {
  let shape = input
  for (const [index, step] of steps.entries()) {
    const isOperator =
      step.type === 'or' || step.type === 'and' || step.type === 'comparator' || step.type === 'not'
    shape = shapeOf(walk, step, shape, piped && (index === 0 || isOperator))
  }
  return shape
}

function filtered(walk: Walk, ast: FilterProjection, input: Shape, piped: boolean): Shape {
  const element = elementOf(used(walk, shapeOf(walk, ast.left, input, piped)))
  shapeOf(walk, ast.condition, element, false)
  const of = shapeOf(walk, ast.right, element, false)
  const isNested = input === 'group' && ast.left.type === 'field' && ast.left.name === walk.aws?.nested
  return isNested ? { of, inGroup: ast.position } : { of }
}

function member({ aws, traps }: Walk, { name, position }: Field, input: Shape, piped: boolean): Shape {
  if (isList(input)) traps.push({ sentence: ofList(name, piped), position })
  if (input === 'document' && aws !== null) {
    if (name === aws.list) return { of: aws.nested === null ? 'any' : 'group' }
    const path = aws.nested === null ? `${aws.list}[]` : `${aws.list}[].${aws.nested}[]`
    traps.push({ sentence: `The document has no ${name}, only ${aws.list}; begin with ${path}.`, position })
  }
  return input === 'group' && name === aws?.nested ? { of: 'any' } : 'any'
}

function ofList(name: string, piped: boolean): string {
  if (!piped)
    return `${name} is looked for in a list, and a list has no fields, so this is null; put [] before it.`
  return `The pipe binds loosest, so ${name} is looked for in the list that it hands on, and a list has no fields; put what belongs to the pipe in parentheses, as (Tags[].Value | [0]).`
}

/** A value that is looked at as it is: the place to have flattened it is past. */
function used({ traps, aws }: Walk, shape: Shape): Shape {
  const place = isList(shape) && isList(shape.of) ? shape.of.inGroup : undefined
  if (place !== undefined) traps.push({ sentence: listForEach(aws?.nested ?? ''), position: place })
  return shape
}

function listForEach(nested: string): string {
  return `This filter gives one list for each reservation, the empty ones too; for one list of all put [] after it, as ${nested}[?…][].`
}

function elementOf(shape: Shape): Shape {
  return isList(shape) ? shape.of : 'any'
}

function flattened(shape: Shape): Shape {
  if (!isList(shape)) return { of: 'any' }
  return isList(shape.of) ? { of: shape.of.of } : shape
}

function isList(shape: Shape): shape is List {
  return typeof shape === 'object'
}
