import { type Ast, type Call, childrenOf, type Field, type FilterProjection } from './ast.ts'
import { callShape, elementsOf } from './call-shapes.ts'
import * as say from './shape-hints.ts'
import {
  any,
  either,
  elementOf,
  flattened,
  type ListShape,
  listOf,
  objectOf,
  type Shape,
  scalar,
  shapeOfValue,
} from './shapes.ts'
import type { AwsDocument, Trap } from './trap.ts'

/** What an expression gives, as far as it is certain, and the places where it cannot give what was meant. */
export interface Inferred {
  readonly shape: Shape
  readonly traps: readonly Trap[]
}

/** Follows an expression over a value of that shape. `aws` is the document of AWS, if the value is one. */
export function infer(ast: Ast, input: Shape, aws: AwsDocument | null): Inferred {
  const walk: Walk = { aws, traps: [], texts: new Set(textsIn(ast)), at: 0, name: '' }
  const shape = used(walk, shapeOf(walk, ast, input, false))
  return { shape, traps: walk.traps }
}

interface Walk {
  readonly aws: AwsDocument | null
  readonly traps: Trap[]
  /** Fields that stand where a text is usual. */
  readonly texts: ReadonlySet<Ast>
  /** The place that was passed last, for what has none of its own, and the field there; '' for a filter. */
  at: number
  name: string
}

/** `piped`: whether `input` came through a pipe to an operator of which this tree is a part. */
function shapeOf(walk: Walk, ast: Ast, input: Shape, piped: boolean): Shape {
  switch (ast.type) {
    case 'current':
      return input
    case 'literal':
      return shapeOfValue(ast.value)
    case 'field':
      return member(walk, ast, input, piped)
    case 'index':
      return elementOf(asList(walk, used(walk, input), say.indexed))
    case 'slice':
      return asList(walk, used(walk, input), say.indexed)
    case 'subexpression':
    case 'index-expression':
      return inTurn(walk, ast.steps, input, piped)
    case 'pipe':
      return inTurn(walk, ast.steps, input, true)
    case 'flatten':
      return flattened(asList(walk, shapeOf(walk, ast.left, input, piped), say.flattened))
    case 'projection': {
      const left = asList(walk, used(walk, shapeOf(walk, ast.left, input, piped)), say.projected)
      return projected(right(walk, ast.right, elementOf(left)))
    }
    case 'filter-projection':
      return filtered(walk, ast, input, piped)
    case 'value-projection':
      shapeOf(walk, ast.left, input, piped)
      return projected(shapeOf(walk, ast.right, any, false))
    case 'call':
      return called(walk, ast, input, piped)
    case 'reference':
      return shapeOf(walk, ast.expression, any, false)
    case 'list': {
      const places = ast.items.map((item) => used(walk, shapeOf(walk, item, input, piped)))
      return { ...listOf(either(places)), places }
    }
    case 'hash':
      return objectOf(
        new Map(ast.entries.map(({ key, value }) => [key, used(walk, shapeOf(walk, value, input, piped))])),
      )
    case 'or':
    case 'and':
      return either(ast.operands.map((each) => used(walk, shapeOf(walk, each, input, piped))))
    default:
      for (const child of childrenOf(ast)) used(walk, shapeOf(walk, child, input, piped))
      return scalar('boolean')
  }
}

function projected(of: Shape): ListShape {
  return { type: 'list', of, projected: true }
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

/** What is done with each element of a projection. `x[*][0]` asks every element for its own first. */
function right(walk: Walk, ast: Ast, element: Shape): Shape {
  if (!isIndexed(ast) || !isNoList(element)) return shapeOf(walk, ast, element, false)
  walk.traps.push({ sentence: say.indexOfEach(element), position: walk.at })
  return shapeOf(walk, ast, any, false)
}

function isIndexed(ast: Ast): boolean {
  if (ast.type === 'index' || ast.type === 'slice') return true
  if (ast.type === 'projection') return isIndexed(ast.left)
  if (ast.type !== 'index-expression' && ast.type !== 'subexpression') return false
  const [first, second] = ast.steps
  if (first?.type === 'current') return second !== undefined && isIndexed(second)
  return first !== undefined && isIndexed(first)
}

function filtered(walk: Walk, ast: FilterProjection, input: Shape, piped: boolean): Shape {
  const left = asList(walk, used(walk, shapeOf(walk, ast.left, input, piped)), say.filtered)
  const element = elementOf(left)
  shapeOf(walk, ast.condition, element, false)
  walk.at = ast.position
  walk.name = ''
  const made = projected(right(walk, ast.right, element))
  const isGroup = input.type === 'object' && input.role === 'group'
  const isNested = isGroup && ast.left.type === 'field' && ast.left.name === walk.aws?.nested
  return isNested ? { ...made, inGroup: ast.position } : made
}

function called(walk: Walk, ast: Call, input: Shape, piped: boolean): Shape {
  const elements = elementsOf(ast)
  const shapes: Shape[] = []
  // The list first: an &expression of map() looks at its elements.
  for (const argument of ast.arguments.toSorted((a, b) => rank(a) - rank(b))) {
    const index = ast.arguments.indexOf(argument)
    if (argument.type !== 'reference') shapes[index] = used(walk, shapeOf(walk, argument, input, piped))
    else {
      const of = elements === null ? any : elementOf(shapes[elements] ?? any)
      shapes[index] = shapeOf(walk, argument.expression, of.type === 'list' && !of.places ? any : of, false)
    }
  }
  const list = elements === null ? undefined : ast.arguments[elements]
  const shape = elements === null ? any : (shapes[elements] ?? any)
  const filteredAlready = shape.type === 'list' && shape.of.type === 'list' && shape.of.inGroup !== undefined
  if (list && !filteredAlready && holdsLists(ast, shapes, shape)) {
    walk.traps.push({ sentence: say.listsInList(ast.name, list, walk.aws), position: ast.position })
  }
  return callShape(ast.name, shapes)
}

function rank(ast: Ast): number {
  return ast.type === 'reference' ? 1 : 0
}

/** Whether a function of elements gets lists as elements, and that cannot be meant. */
function holdsLists({ name }: Call, shapes: readonly Shape[], shape: Shape): boolean {
  if (shape.type !== 'list' || shape.of.type !== 'list' || shape.of.places) return false
  if (name === 'contains') return shapes[1]?.type === 'scalar'
  return name !== 'length' || shape.of.projected === true
}

function member(walk: Walk, ast: Field, input: Shape, piped: boolean): Shape {
  const { name, position } = ast
  const trap = (sentence: string): Shape => {
    walk.traps.push({ sentence, position })
    return any
  }
  walk.at = position
  walk.name = name
  switch (input.type) {
    case 'any':
      return any
    case 'either':
      return either(input.of.map((each) => (each.type === 'object' && each.member(name)) || any))
    case 'list':
      return trap(say.ofList(name, piped))
    case 'scalar':
      return walk.texts.has(ast) ? trap(say.bareText(name)) : trap(say.ofScalar(name, input.of))
    case 'object': {
      const found = input.member(name)
      if (found) return found
      if (input.role === 'document' && walk.aws) return trap(say.notInDocument(name, walk.aws))
      return trap(walk.texts.has(ast) ? say.bareText(name) : say.noMember(name, input.names()))
    }
  }
}

/** A value that is taken for a list; what cannot be one gives null. */
function asList(walk: Walk, shape: Shape, sentence: (shape: Shape, name: string) => string): Shape {
  if (!isNoList(shape)) return shape
  walk.traps.push({ sentence: sentence(shape, walk.name), position: walk.at })
  return any
}

function isNoList(shape: Shape): boolean {
  return shape.type === 'object' || shape.type === 'scalar'
}

/** A value that is looked at as it is: the place to have flattened it is past. */
function used({ traps, aws }: Walk, shape: Shape): Shape {
  const place = shape.type === 'list' && shape.of.type === 'list' ? shape.of.inGroup : undefined
  if (place !== undefined && aws) traps.push({ sentence: say.listForEach(aws), position: place })
  return shape
}

/** Fields without quotes where a text is usual: beside a comparison's other field, and what functions look for. */
function textsIn(ast: Ast): readonly Ast[] {
  const below = childrenOf(ast).flatMap(textsIn)
  const places = textPlaces(ast).filter((place) => place?.type === 'field' && !place.quoted)
  return [...(places as Ast[]), ...below]
}

function textPlaces(ast: Ast): readonly (Ast | undefined)[] {
  if (ast.type === 'comparator') {
    const isLiteral = (side: Ast) => side.type === 'literal'
    return isLiteral(ast.left) || isLiteral(ast.right) ? [] : [ast.left, ast.right]
  }
  const place = ast.type === 'call' ? say.textArguments.get(ast.name) : undefined
  return place === undefined ? [] : [(ast as Call).arguments[place]]
}
