import type { Json } from '../model.ts'
import type { Ast, Call, Comparator } from './ast.ts'
import { callShape } from './call-shapes.ts'
import { functions } from './functions.ts'
import { any, eitherOf, elementOf, listOf, objectOf, type Shape, scalarOf, shapeOfValue } from './shapes.ts'
import { isTypeAccepted, type Parameter } from './signatures.ts'
import { isFalse, type TypeName } from './values.ts'

/** What a tree can give, and whether evaluating it can end in a JMESPath error. It errs on the side of more. */
export interface Outlook {
  /** The shapes of what it gives if that is true, and if it is false (JMESPath's truth), null aside. */
  readonly truthy: readonly Shape[]
  readonly falsy: readonly Shape[]
  readonly nullable: boolean
  readonly fails: boolean
  /** What its places hold, if it is a list that the expression writes out. */
  readonly places?: readonly Outlook[]
  /** What its elements are, none of which is null, if it is a list of which that is known. */
  readonly elements?: readonly Shape[]
}

/** Looks ahead over values that are as the shape says, and never null. */
export function foresee(ast: Ast, input: Shape): Outlook {
  return look(ast, outlookOf(input, false))
}

/** The shape of what a tree gives, null aside. */
function shapeOfOutlook({ truthy, falsy }: Pick<Outlook, 'truthy' | 'falsy'>): Shape {
  return eitherOf([...truthy, ...falsy])
}

/** The one scalar type that a tree gives beside null; null if there may be others. */
export function scalarTypeOf({ truthy, falsy }: Outlook): 'text' | 'number' | 'boolean' | null {
  const [first, ...rest] = [...truthy, ...falsy]
  if (first?.type !== 'scalar') return null
  return rest.every((shape) => shape.type === 'scalar' && shape.of === first.of) ? first.of : null
}

/** The types that a value may have, null aside. */
function typesOf(shape: Shape): readonly TypeName[] {
  switch (shape.type) {
    case 'any':
      return ['boolean', 'number', 'string', 'array', 'object']
    case 'scalar':
      return [shape.of === 'text' ? 'string' : shape.of]
    case 'list':
      return ['array']
    case 'object':
      return ['object']
    case 'either':
      return [...new Set(shape.of.flatMap(typesOf))]
  }
}

/** What a value of that shape is. A number is always true. */
function outlookOf(shape: Shape, nullable: boolean, fails = false): Outlook {
  const all = shape.type === 'either' ? shape.of : [shape]
  const falsy = all.filter((each) => each.type !== 'scalar' || each.of !== 'number')
  return { truthy: all, falsy, nullable, fails }
}

function look(ast: Ast, input: Outlook): Outlook {
  switch (ast.type) {
    case 'current':
      return { ...input, fails: false }
    case 'literal':
      return lookAtLiteral(ast.value)
    case 'field':
      return outlookOf(memberShape(ast.name, shapeOfOutlook(input)), true)
    case 'index':
      return outlookOf(elementOf(shapeOfOutlook(input)), true)
    case 'slice': {
      const shape = shapeOfOutlook(input)
      const isList = typesOf(shape).every((type) => type === 'array')
      return outlookOf(isList ? shape : listOf(any), input.nullable || !isList, ast.step === 0)
    }
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return ast.steps.reduce((value, step) => {
        const next = look(step, value)
        return { ...next, fails: next.fails || value.fails }
      }, lookAgain(input))
    case 'flatten':
      return lookAtFlatten(look(ast.left, input))
    case 'projection':
      return lookAtEach(look(ast.left, input), ast.right, null)
    case 'filter-projection':
      return lookAtEach(look(ast.left, input), ast.right, ast.condition)
    case 'value-projection': {
      const left = look(ast.left, input)
      const right = look(ast.right, outlookOf(any, false))
      return outlookOf(listOf(shapeOfOutlook(right)), true, left.fails || right.fails)
    }
    case 'comparator':
      return lookAtComparison(ast, input)
    case 'or':
      return lookAtOr(ast.operands.map((operand) => look(operand, input)))
    case 'and':
      return lookAtAnd(ast.operands.map((operand) => look(operand, input)))
    case 'not':
      return outlookOf(scalarOf('boolean'), false, look(ast.operand, input).fails)
    case 'list': {
      const items = ast.items.map((item) => look(item, withoutNull(input)))
      const shape = listOf(eitherOf(items.map(shapeOfOutlook)))
      return {
        truthy: [shape],
        falsy: [],
        nullable: input.nullable,
        fails: someFails(items),
        places: items,
        ...elementsOfPlaces(items),
      }
    }
    case 'hash': {
      const entries = ast.entries.map(({ key, value }) => [key, look(value, withoutNull(input))] as const)
      const shape = objectOf(new Map(entries.map(([key, value]) => [key, shapeOfOutlook(value)])))
      const fails = someFails(entries.map(([, value]) => value))
      return { truthy: [shape], falsy: [], nullable: input.nullable, fails }
    }
    case 'call':
      return lookAtCall(ast, input)
    case 'reference':
      return outlookOf(any, true, true)
  }
}

/** The same values, with what they may have failed at left behind. */
function lookAgain(input: Outlook): Outlook {
  return { ...input, fails: false }
}

/** Of null, a list or an object that an expression writes out is null, whatever it holds. */
function withoutNull(input: Outlook): Outlook {
  return { ...input, nullable: false }
}

function someFails(all: readonly Outlook[]): boolean {
  return all.some(({ fails }) => fails)
}

function lookAtLiteral(value: Json): Outlook {
  if (value === null) return { truthy: [], falsy: [], nullable: true, fails: false }
  const shape = shapeOfValue(value)
  const places = Array.isArray(value) ? (value as readonly Json[]).map(lookAtLiteral) : null
  return {
    truthy: isFalse(value) ? [] : [shape],
    falsy: isFalse(value) ? [shape] : [],
    nullable: false,
    fails: false,
    ...(places ? { places, ...elementsOfPlaces(places) } : {}),
  }
}

function elementsOfPlaces(places: readonly Outlook[]): Pick<Outlook, 'elements'> {
  if (places.some(({ nullable }) => nullable)) return {}
  return { elements: places.flatMap(shapesOf) }
}

/** Of a value that is one of these. */
function elementsOfOne(all: readonly Outlook[]): Pick<Outlook, 'elements'> {
  const elements: Shape[] = []
  for (const each of all) {
    if (each.elements === undefined) return {}
    elements.push(...each.elements)
  }
  return { elements }
}

function shapesOf({ truthy, falsy }: Outlook): readonly Shape[] {
  return [...truthy, ...falsy]
}

function memberShape(name: string, shape: Shape): Shape {
  if (shape.type === 'either') return eitherOf(shape.of.map((each) => memberShape(name, each)))
  return (shape.type === 'object' && shape.findMember(name)) || any
}

function lookAtFlatten(left: Outlook): Outlook {
  const shape = shapeOfOutlook(left)
  const isList = typesOf(shape).every((type) => type === 'array')
  const element = elementOf(shape)
  const inner = left.places
    ? eitherOf(left.places.flatMap(elementsOfPlace))
    : typesOf(element).includes('array')
      ? elementsIn(element)
      : element
  return outlookOf(listOf(inner), left.nullable || !isList, left.fails)
}

/** What a list of such elements holds once it is flat. */
function elementsIn(element: Shape): Shape {
  if (element.type !== 'either') return elementOf(element)
  return eitherOf(element.of.map((each) => (each.type === 'list' ? each.of : each)))
}

/** What a place of a list gives to that once it is flat. */
function elementsOfPlace(place: Outlook): readonly Shape[] {
  return shapesOf(place).flatMap((shape) =>
    shape.type === 'list' ? (place.elements ?? [shape.of]) : [shape],
  )
}

function lookAtEach(left: Outlook, right: Ast, condition: Ast | null): Outlook {
  const shape = shapeOfOutlook(left)
  const isList = typesOf(shape).every((type) => type === 'array')
  // Elements of a list may be null, and a filter lets none of those through only if its condition says so.
  const element = outlookOf(elementOf(shape), true)
  const tested = condition === null ? null : look(condition, element)
  const value = look(right, element)
  const fails = left.fails || value.fails || tested?.fails === true
  const list = outlookOf(listOf(shapeOfOutlook(value)), left.nullable || !isList, fails)
  // A projection leaves out what gives null.
  return { ...list, elements: shapesOf(value) }
}

/** Only a number beside a text has no order. */
function lookAtComparison({ operator, left, right }: Comparator, input: Outlook): Outlook {
  const sides = [look(left, input), look(right, input)]
  const boolean = scalarOf('boolean')
  if (operator === '==' || operator === '!=') return outlookOf(boolean, false, someFails(sides))
  const [a = [], b = []] = sides.map((side) => typesOf(shapeOfOutlook(side)))
  const isMixed =
    (a.includes('number') && b.includes('string')) || (a.includes('string') && b.includes('number'))
  return outlookOf(boolean, true, isMixed || someFails(sides))
}

function lookAtOr(operands: readonly Outlook[]): Outlook {
  const last = operands.at(-1)
  const truthy = operands.flatMap((each) => each.truthy)
  return {
    truthy,
    falsy: last?.falsy ?? [],
    nullable: last?.nullable ?? true,
    fails: someFails(operands),
    ...elementsOfOne(operands),
  }
}

function lookAtAnd(operands: readonly Outlook[]): Outlook {
  const last = operands.at(-1)
  return {
    truthy: last?.truthy ?? [],
    falsy: operands.flatMap((each) => each.falsy),
    nullable: operands.some((each) => each.nullable),
    fails: someFails(operands),
  }
}

function lookAtCall(ast: Call, input: Outlook): Outlook {
  const row = functions.get(ast.name)
  const [expression, list] = ast.arguments
  if (ast.name === 'map' && ast.arguments.length === 2 && expression?.type === 'reference' && list)
    return lookAtMap(expression.expression, look(list, input))
  const isReference = (argument: Ast) => argument.type === 'reference'
  const args = ast.arguments.map((argument) => look(argument, input))
  const shapes = args.map(shapeOfOutlook)
  if (!row || ast.arguments.some(isReference)) return outlookOf(callShape(ast.name, shapes), true, true)
  const isCounted =
    args.length === row.parameters.length || (row.variadic && args.length > row.parameters.length)
  const areSafe = args.every((argument, place) => isSafeArgument(argument, row.parameters[place] ?? 'any'))
  const isSafe = isCounted && areSafe && isSafeCall(ast.name, args)
  const fails = !isSafe || someFails(args)
  if (ast.name !== 'not_null')
    return outlookOf(callShape(ast.name, shapes), !isNeverNull.has(ast.name), fails)
  return {
    ...outlookOf(
      eitherOf(shapes),
      args.every((each) => each.nullable),
    ),
    fails,
    ...elementsOfOne(args),
  }
}

function lookAtMap(expression: Ast, list: Outlook): Outlook {
  const shape = shapeOfOutlook(list)
  const value = look(expression, outlookOf(elementOf(shape), true))
  const isList = !list.nullable && typesOf(shape).every((type) => type === 'array')
  return outlookOf(listOf(shapeOfOutlook(value)), false, !isList || list.fails || value.fails)
}

/** Functions that never give null. */
const isNeverNull: ReadonlySet<string> = new Set([
  ...[
    'length',
    'contains',
    'starts_with',
    'ends_with',
    'join',
    'type',
    'to_string',
    'to_array',
    'sum',
    'keys',
  ],
  ...['values', 'abs', 'ceil', 'floor', 'sort', 'reverse'],
])

/** Functions that may fail although every argument is of its type. */
const hasOwnFailures: ReadonlySet<string> = new Set([
  'merge',
  'map',
  'sort_by',
  'max_by',
  'min_by',
  'ceil',
  'floor',
])

function isSafeCall(name: string, args: readonly Outlook[]): boolean {
  if (hasOwnFailures.has(name)) return false
  if (name !== 'contains') return true
  // In a text only a text can be looked for.
  const [subject, wanted] = args.map((each) => typesOf(shapeOfOutlook(each)))
  const isText = subject?.includes('string') === true
  return !isText || (wanted?.every((type) => type === 'string') === true && args[1]?.nullable === false)
}

function isSafeArgument(argument: Outlook, parameter: Parameter): boolean {
  if (parameter === 'any') return true
  if (argument.nullable) return false
  const shape = shapeOfOutlook(argument)
  if (!typesOf(shape).every((type) => isTypeAccepted(parameter, type))) return false
  const wanted = elementTypes[parameter]
  // Of any other list, nothing is known of nulls among its elements.
  return wanted === undefined || wanted.some((type) => holdsOnly(argument, type))
}

const elementTypes: Readonly<Partial<Record<Parameter, readonly TypeName[]>>> = {
  numbers: ['number'],
  strings: ['string'],
  'numbers or strings': ['number', 'string'],
}

function holdsOnly({ elements }: Outlook, type: TypeName): boolean {
  return elements?.every((shape) => typesOf(shape).join() === type) === true
}
