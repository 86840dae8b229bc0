import type { Ast, Entry, Operator } from './ast.ts'
import { JmespathError } from './errors.ts'
import { invocation } from './functions.ts'
import { filterProjection, flatten, flattenedProjection, projection, valueProjection } from './projections.ts'
import { sliced } from './slices.ts'
import {
  compareNumbers,
  compareText,
  equal,
  isArray,
  isFalse,
  isObject,
  type Reference,
  setMember,
  type Value,
} from './values.ts'

/** Compiles a tree into one closure, made of the closures of the trees below it. */
export function evaluator(ast: Ast): Reference {
  switch (ast.type) {
    case 'current':
      return (value) => value
    case 'field':
      return field(ast.name)
    case 'literal':
      return () => ast.value
    case 'index':
      return (value) => (isArray(value) ? (value.at(ast.index) ?? null) : null)
    case 'slice':
      return (value) => (isArray(value) ? sliced(value, ast) : null)
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return chain(ast.steps.filter((step) => step.type !== 'current').map(evaluator))
    case 'flatten':
      return flatten(evaluator(ast.left))
    case 'projection':
      if (ast.left.type !== 'flatten') return projection(evaluator(ast.left), each(ast.right))
      return flattenedProjection(evaluator(ast.left.left), each(ast.right))
    case 'value-projection':
      return valueProjection(evaluator(ast.left), each(ast.right))
    case 'filter-projection':
      return filterProjection(evaluator(ast.left), tester(ast.condition), each(ast.right))
    case 'comparator':
      return comparator(ast.operator, ast.left, ast.right)
    case 'or':
      return firstThat(ast.operands, (value) => !isFalse(value))
    case 'and':
      return firstThat(ast.operands, isFalse)
    case 'not': {
      const test = tester(ast.operand)
      return (value) => !test(value)
    }
    case 'list': {
      const items = ast.items.map(evaluator)
      return (value) => (value === null ? null : items.map((item) => item(value)))
    }
    case 'hash':
      return hash(ast.entries)
    case 'call': {
      const invoke = invocation(ast)
      const args = ast.arguments.map(evaluator)
      return (value) => invoke(args.map((arg) => arg(value)))
    }
    case 'reference': {
      const expression = evaluator(ast.expression)
      return () => expression
    }
  }
}

/** The right side of a projection; null for the element itself. */
function each(ast: Ast): Reference | null {
  return ast.type === 'current' ? null : evaluator(ast)
}

/** Own members only. A name that every object inherits needs the slower look. */
function field(name: string): Reference {
  if (name in Object.prototype) {
    return (value) => (isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null)
  }
  return (value) => (isObject(value) ? (value[name] ?? null) : null)
}

function chain(steps: readonly Reference[]): Reference {
  const [first, second, third] = steps
  if (first === undefined) return (value) => value
  if (second === undefined) return first
  if (third === undefined) return (value) => second(first(value))
  return (value) => {
    let result = value
    for (const step of steps) result = step(result)
    return result
  }
}

/** Whether a condition holds, without making its value where that can be avoided. */
function tester(ast: Ast): (value: Value) => boolean {
  switch (ast.type) {
    case 'comparator':
      if (ast.operator === '==' || ast.operator === '!=')
        return equality(ast.operator === '==', ast.left, ast.right)
      break
    case 'and': {
      const tests = ast.operands.map(tester)
      return (value) => tests.every((test) => test(value))
    }
    case 'or': {
      const tests = ast.operands.map(tester)
      return (value) => tests.some((test) => test(value))
    }
    case 'not': {
      const test = tester(ast.operand)
      return (value) => !test(value)
    }
  }
  const run = evaluator(ast)
  return (value) => !isFalse(run(value))
}

function equality(wanted: boolean, left: Ast, right: Ast): (value: Value) => boolean {
  const a = evaluator(left)
  if (right.type === 'literal' && typeof right.value === 'string') {
    const text = right.value
    return (value) => (a(value) === text) === wanted
  }
  const b = evaluator(right)
  return (value) => equal(a(value), b(value)) === wanted
}

/** Order is for numbers and strings; null for anything else, a type error between the two. */
function comparator(operator: Operator, left: Ast, right: Ast): Reference {
  if (operator === '==' || operator === '!=') return equality(operator === '==', left, right)
  const a = evaluator(left)
  const b = evaluator(right)
  const holds = orders[operator]
  return (value) => {
    const x = a(value)
    const y = b(value)
    if (typeof x === 'number' && typeof y === 'number') return holds(compareNumbers(x, y))
    if (typeof x === 'string' && typeof y === 'string') return holds(compareText(x, y))
    if (!isOrdered(x) || !isOrdered(y)) return null
    const message = `A number cannot be compared with a string by ${operator}; convert with to_number() or to_string().`
    throw new JmespathError('type', message)
  }
}

function isOrdered(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'string'
}

const orders: Readonly<Record<Exclude<Operator, '==' | '!='>, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
}

/** The first operand's value that ends the search, else the last one's. */
function firstThat(operands: readonly Ast[], ends: (value: Value) => boolean): Reference {
  const runs = operands.map(evaluator)
  return (value) => {
    let result: Value = null
    for (const run of runs) {
      result = run(value)
      if (ends(result)) return result
    }
    return result
  }
}

function hash(entries: readonly Entry[]): Reference {
  const members = entries.map((entry) => ({ key: entry.key, run: evaluator(entry.value) }))
  return (value) => {
    if (value === null) return null
    const made: Record<string, Value> = {}
    for (const { key, run } of members) setMember(made, key, run(value))
    return made
  }
}
