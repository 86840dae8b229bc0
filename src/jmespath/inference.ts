import { type Ast, type Call, childrenOf, type Field, type FilterProjection } from './ast.ts'
import { callShape, elementsOf } from './call-shapes.ts'
import { unknownValue } from './lexer.ts'
import * as hints from './shape-hints.ts'
import {
  any,
  eitherOf,
  elementOf,
  flattenShape,
  type ListShape,
  listOf,
  objectOf,
  type Shape,
  scalarOf,
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
  const walk: Walk = { aws, traps: [], texts: new Set(findTexts(ast)), at: 0, name: '' }
  const shape = noteUse(walk, shapeOf(walk, ast, input, false))
  return { shape, traps: walk.traps }
}

interface Walk {
  readonly aws: AwsDocument | null
  readonly traps: Trap[]
  /** Fields that stand where a text is usual. */
  readonly texts: ReadonlySet<Ast>
  /** The place that was passed last, for what has no place of its own, and the field there; '' for a filter. */
  at: number
  name: string
}

/** `piped`: whether `input` came through a pipe to an operator of which this tree is a part. */
function shapeOf(walk: Walk, ast: Ast, input: Shape, piped: boolean): Shape {
  switch (ast.type) {
    case 'current':
      return input
    case 'literal':
      return ast.value === unknownValue ? any : shapeOfValue(ast.value)
    case 'field':
      return followMember(walk, ast, input, piped)
    case 'index':
      return elementOf(expectList(walk, noteUse(walk, input), hints.describeIndex))
    case 'slice':
      return expectList(walk, noteUse(walk, input), hints.describeIndex)
    case 'subexpression':
    case 'index-expression':
      return followSteps(walk, ast.steps, input, piped)
    case 'pipe':
      return followSteps(walk, ast.steps, input, true)
    case 'flatten':
      return flattenShape(expectList(walk, shapeOf(walk, ast.left, input, piped), hints.describeFlatten))
    case 'projection': {
      const left = expectList(
        walk,
        noteUse(walk, shapeOf(walk, ast.left, input, piped)),
        hints.describeProjection,
      )
      return makeProjectedList(followRight(walk, ast.right, elementOf(left)))
    }
    case 'filter-projection':
      return followFilter(walk, ast, input, piped)
    case 'value-projection':
      shapeOf(walk, ast.left, input, piped)
      return makeProjectedList(shapeOf(walk, ast.right, any, false))
    case 'call':
      return followCall(walk, ast, input, piped)
    case 'reference':
      return shapeOf(walk, ast.expression, any, false)
    case 'list': {
      const places = ast.items.map((item) => noteUse(walk, shapeOf(walk, item, input, piped)))
      return { ...listOf(eitherOf(places)), places }
    }
    case 'hash':
      return objectOf(
        new Map(
          ast.entries.map(({ key, value }) => [key, noteUse(walk, shapeOf(walk, value, input, piped))]),
        ),
      )
    case 'or':
    case 'and':
      return eitherOf(ast.operands.map((each) => noteUse(walk, shapeOf(walk, each, input, piped))))
    default:
      for (const child of childrenOf(ast)) noteUse(walk, shapeOf(walk, child, input, piped))
      return scalarOf('boolean')
  }
}

function makeProjectedList(of: Shape): ListShape {
  return { type: 'list', of, projected: true }
}

function followSteps(walk: Walk, steps: readonly Ast[], input: Shape, piped: boolean): Shape {
  let shape = input
  for (const [index, step] of steps.entries()) {
    const isOperator =
      step.type === 'or' || step.type === 'and' || step.type === 'comparator' || step.type === 'not'
    shape = shapeOf(walk, step, shape, piped && (index === 0 || isOperator))
  }
  return shape
}

/** What is done with each element of a projection. `x[*][0]` asks every element for its own first. */
function followRight(walk: Walk, ast: Ast, element: Shape): Shape {
  if (!isIndexed(ast) || !isNotList(element)) return shapeOf(walk, ast, element, false)
  walk.traps.push({ sentence: hints.describeIndexOfEach(element), position: walk.at })
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

function followFilter(walk: Walk, ast: FilterProjection, input: Shape, piped: boolean): Shape {
  const left = expectList(walk, noteUse(walk, shapeOf(walk, ast.left, input, piped)), hints.describeFilter)
  const element = elementOf(left)
  shapeOf(walk, ast.condition, element, false)
  walk.at = ast.position
  walk.name = ''
  const made = makeProjectedList(followRight(walk, ast.right, element))
  const isGroup = input.type === 'object' && input.role === 'group'
  const isNested = isGroup && ast.left.type === 'field' && ast.left.name === walk.aws?.nested
  return isNested ? { ...made, inGroup: ast.position } : made
}

function followCall(walk: Walk, ast: Call, input: Shape, piped: boolean): Shape {
  const elements = elementsOf(ast)
  const shapes: Shape[] = []
  // The list first: an &expression of map() looks at its elements.
  for (const argument of ast.arguments.toSorted((a, b) => rankArgument(a) - rankArgument(b))) {
    const index = ast.arguments.indexOf(argument)
    if (argument.type !== 'reference') shapes[index] = noteUse(walk, shapeOf(walk, argument, input, piped))
    else {
      const of = elements === null ? any : elementOf(shapes[elements] ?? any)
      shapes[index] = shapeOf(walk, argument.expression, of.type === 'list' && !of.places ? any : of, false)
    }
  }
  const list = elements === null ? undefined : ast.arguments[elements]
  const shape = elements === null ? any : (shapes[elements] ?? any)
  const filteredAlready = shape.type === 'list' && shape.of.type === 'list' && shape.of.inGroup !== undefined
  if (list && !filteredAlready && holdsLists(ast, shapes, shape)) {
    walk.traps.push({ sentence: hints.describeListsInList(ast.name, list, walk.aws), position: ast.position })
  }
  return callShape(ast.name, shapes)
}

function rankArgument(ast: Ast): number {
  return ast.type === 'reference' ? 1 : 0
}

/** Whether a function of elements gets lists as elements, and that cannot be meant. */
function holdsLists({ name }: Call, shapes: readonly Shape[], shape: Shape): boolean {
  if (shape.type !== 'list' || shape.of.type !== 'list' || shape.of.places) return false
  if (name === 'contains') return shapes[1]?.type === 'scalar'
  return name !== 'length' || shape.of.projected === true
}

function followMember(walk: Walk, ast: Field, input: Shape, piped: boolean): Shape {
  const { name, position } = ast
  const addTrap = (sentence: string): Shape => {
    walk.traps.push({ sentence, position })
    return any
  }
  walk.at = position
  walk.name = name
  switch (input.type) {
    case 'any':
      return any
    case 'either':
      return eitherOf(input.of.map((each) => (each.type === 'object' && each.findMember(name)) || any))
    case 'list':
      return addTrap(hints.describeFieldOfList(name, piped))
    case 'scalar':
      return walk.texts.has(ast)
        ? addTrap(hints.describeBareText(name))
        : addTrap(hints.describeFieldOfScalar(name, input.of))
    case 'object': {
      const found = input.findMember(name)
      if (found) return found
      if (input.role === 'document' && walk.aws)
        return addTrap(hints.describeMissingInDocument(name, walk.aws))
      return addTrap(
        walk.texts.has(ast)
          ? hints.describeBareText(name)
          : hints.describeMissingMember(name, input.listNames()),
      )
    }
  }
}

/** A value that is taken for a list; what cannot be one gives null. */
function expectList(walk: Walk, shape: Shape, sentence: (shape: Shape, name: string) => string): Shape {
  if (!isNotList(shape)) return shape
  walk.traps.push({ sentence: sentence(shape, walk.name), position: walk.at })
  return any
}

function isNotList(shape: Shape): boolean {
  return shape.type === 'object' || shape.type === 'scalar'
}

/** A value that is looked at as it is: the place to have flattened it is past. */
function noteUse({ traps, aws }: Walk, shape: Shape): Shape {
  const place = shape.type === 'list' && shape.of.type === 'list' ? shape.of.inGroup : undefined
  if (place !== undefined && aws) traps.push({ sentence: hints.describeListForEach(aws), position: place })
  return shape
}

/** Fields without quotes where a text is usual: beside a comparison's other field, and what functions look for. */
function findTexts(ast: Ast): readonly Ast[] {
  const below = childrenOf(ast).flatMap(findTexts)
  const places = findTextPlaces(ast).filter((place) => place?.type === 'field' && !place.quoted)
  return [...(places as Ast[]), ...below]
}

function findTextPlaces(ast: Ast): readonly (Ast | undefined)[] {
  if (ast.type === 'comparator') {
    const isLiteral = (side: Ast) => side.type === 'literal'
    return isLiteral(ast.left) || isLiteral(ast.right) ? [] : [ast.left, ast.right]
  }
  const place = ast.type === 'call' ? hints.textArguments.get(ast.name) : undefined
  return place === undefined ? [] : [(ast as Call).arguments[place]]
}
