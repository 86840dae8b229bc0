import type { Ast } from './ast.ts'
import { stepsOf } from './canonical.ts'

/** A tree over a list in two parts, the one on what the other gives. */
export interface SelectionSplit {
  /** Puts elements in an order or leaves some out, and looks at none of them but for the keys of that order. */
  readonly selection: Ast
  /** Whether it gives one element, or null, in place of a list. */
  readonly one: boolean
  readonly rest: Ast
}

const current: Ast = { type: 'current' }

/** Takes off what a tree over the list `@` does first to choose elements: sort_by, reverse, slices, an index, max_by, min_by. */
export function splitSelection(ast: Ast): SelectionSplit {
  switch (ast.type) {
    case 'slice':
      return { selection: ast, one: false, rest: current }
    case 'index':
      return { selection: ast, one: true, rest: current }
    case 'call':
      return splitCall(ast)
    case 'pipe':
    case 'subexpression':
    case 'index-expression':
      return splitSteps(stepsOf(ast))
    case 'flatten':
    case 'projection':
    case 'filter-projection': {
      const { rest: left, ...found } = splitSelection(ast.left)
      return { ...found, rest: { ...ast, left } }
    }
    default:
      return { selection: current, one: false, rest: ast }
  }
}

/** The argument that holds the list, by the name of the function; what it is called with beside it looks at no list. */
const selecting: ReadonlyMap<string, { readonly one: boolean; readonly parameters: number }> = new Map([
  ['sort_by', { one: false, parameters: 2 }],
  ['max_by', { one: true, parameters: 2 }],
  ['min_by', { one: true, parameters: 2 }],
  ['reverse', { one: false, parameters: 1 }],
])

function splitCall(ast: Extract<Ast, { type: 'call' }>): SelectionSplit {
  const [list, ...others] = ast.arguments
  const row = selecting.get(ast.name)
  const isSelection =
    row?.parameters === ast.arguments.length && others.every(({ type }) => type === 'reference')
  if (!list || !isSelection) return { selection: current, one: false, rest: ast }
  const inner = splitSelection(list)
  const withList = (argument: Ast): Ast => ({ ...ast, arguments: [argument, ...others] })
  if (inner.one || inner.rest.type !== 'current') return { ...inner, rest: withList(inner.rest) }
  return { selection: withList(inner.selection), one: row.one, rest: current }
}

function splitSteps(steps: readonly Ast[]): SelectionSplit {
  const selection: Ast[] = []
  for (const [place, step] of steps.entries()) {
    const found = splitSelection(step)
    if (found.selection.type !== 'current') selection.push(found.selection)
    if (!found.one && found.rest.type === 'current') continue
    const rest =
      found.rest.type === 'current' ? steps.slice(place + 1) : [found.rest, ...steps.slice(place + 1)]
    return { selection: chain(selection), one: found.one, rest: chain(rest) }
  }
  return { selection: chain(selection), one: false, rest: current }
}

function chain(steps: readonly Ast[]): Ast {
  const [first = current] = steps
  return steps.length > 1 ? { type: 'pipe', steps } : first
}
