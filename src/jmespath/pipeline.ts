import type { Ast } from './ast.ts'
import { stepsOf } from './canonical.ts'

/**
 * One step of a pipeline of values. `flatten` puts the elements of lists in their place, `filter` leaves out those of
 * which the condition is false, `each` gives what the tree gives for each and leaves out nulls, `map` does not.
 */
export type Operation =
  | { readonly type: 'flatten' }
  | { readonly type: 'filter'; readonly condition: Ast }
  | { readonly type: 'each' | 'map'; readonly tree: Ast }

/**
 * What a tree that streams (see stream.ts) does with one resource after the other, as if the document were the list of
 * all resources; null if it sees how they come, such as an empty reservation. `nested`: the list inside the rows that
 * holds the resources.
 */
export function resourcePipeline(ast: Ast, list: string, nested: string | null): readonly Operation[] | null {
  const all = linearise(ast, list)
  if (all === null) return null
  const operations = dropKeepers(all)
  if (nested === null) return operations
  const [first, second, ...rest] = operations
  if (first?.type !== 'each' || second?.type !== 'flatten') return null
  const inner = linearise(first.tree, nested)
  return inner && dropKeepers([...dropKeepers(inner), ...rest])
}

/** The tree of a pipeline over `@`, the list of the values. */
export function pipelineTree(operations: readonly Operation[]): Ast {
  let left: Ast = current
  for (const [index, operation] of operations.entries()) {
    const before = operations[index - 1]
    if (operation.type === 'flatten') left = { type: 'flatten', left }
    else if (operation.type === 'filter') left = filterOf(left, operation.condition, current)
    else if (operation.type === 'map') left = mapOf(left, operation.tree)
    else if (before?.type === 'filter' && left.type === 'filter-projection')
      left = filterOf(left.left, left.condition, operation.tree)
    else left = { type: 'projection', left, right: operation.tree }
  }
  return left
}

const current: Ast = { type: 'current' }

function filterOf(left: Ast, condition: Ast, right: Ast): Ast {
  return { type: 'filter-projection', left, condition, right, position: 0 }
}

function mapOf(left: Ast, expression: Ast): Ast {
  return { type: 'call', name: 'map', arguments: [{ type: 'reference', expression }, left], position: 0 }
}

/** Without the operations at the beginning that leave a list of objects as it is. */
function dropKeepers(operations: readonly Operation[]): readonly Operation[] {
  const start = operations.findIndex((operation) => !keepsObjects(operation))
  return start < 0 ? [] : operations.slice(start)
}

/** Whether an operation leaves a list of objects as it is. */
export function keepsObjects(operation: Operation): boolean {
  return operation.type === 'flatten' || (operation.type === 'each' && operation.tree.type === 'current')
}

/** `list`: the field that holds the values; null if they are `@`. */
function linearise(ast: Ast, list: string | null): readonly Operation[] | null {
  const steps = stepsOf(ast)
  const [first] = steps
  if (first === undefined) return list === null ? [] : null
  if (steps.length === 1) return lineariseStep(first, list)
  const all = steps.map((step, index) => lineariseStep(step, index === 0 ? list : null))
  return all.some((each) => each === null) ? null : all.flatMap((each) => each ?? [])
}

function lineariseStep(ast: Ast, list: string | null): readonly Operation[] | null {
  const goOn = (left: Ast, ...operations: readonly Operation[]) => {
    const before = linearise(left, list)
    return before && [...before, ...operations]
  }
  switch (ast.type) {
    case 'field':
      return ast.name === list ? [] : null
    case 'flatten':
      return goOn(ast.left, { type: 'flatten' })
    case 'projection':
      return goOn(ast.left, ...eachOf(ast.right))
    case 'filter-projection':
      return goOn(ast.left, { type: 'filter', condition: ast.condition }, ...eachOf(ast.right))
    case 'call': {
      const [expression, values] = ast.arguments
      const isMap = ast.name === 'map' && ast.arguments.length === 2 && expression?.type === 'reference'
      return isMap && values ? goOn(values, { type: 'map', tree: expression.expression }) : null
    }
    default:
      return null
  }
}

/** `@` after a filter drops nothing, which no condition lets through as null. */
function eachOf(right: Ast): readonly Operation[] {
  return [{ type: 'each', tree: right }]
}
