import { type Ast, children } from './ast.ts'
import { functions } from './functions.ts'
import { unknownFunction } from './hints.ts'

/** What is wrong with an expression whatever the document, and where: UTF-16 units from 0. */
export interface StaticFault {
  readonly position: number
  readonly message: string
}

/** Calls of functions that there are not, and calls with too few or too many arguments: all of them, in order. */
export function staticFaults(ast: Ast): readonly StaticFault[] {
  const below = children(ast).flatMap(staticFaults)
  if (ast.type !== 'call') return below
  const { name, position } = ast
  const row = functions.get(name)
  if (!row) return [{ position, message: unknownFunction(name, functions.keys()) }, ...below]
  const least = row.parameters.length
  const found = ast.arguments.length
  if (found === least || (row.variadic && found > least)) return below
  const wanted = `${row.variadic ? 'at least ' : ''}${least} argument${least === 1 ? '' : 's'}`
  return [{ position, message: `${name}() takes ${wanted} and got ${found}.` }, ...below]
}

/** What each row of an expression's result is, where the expression says it: members by name, or so many places. */
export type RowShape =
  | { readonly type: 'members'; readonly names: readonly string[] }
  | { readonly type: 'places'; readonly count: number }

/** The shape of the rows of a result that is a list; null where only the document knows. */
export function rowShape(ast: Ast): RowShape | null {
  switch (ast.type) {
    case 'projection':
    case 'value-projection':
    case 'filter-projection':
      return shapeOf(ast.right) ?? rowShape(ast.right)
    case 'pipe':
    case 'subexpression': {
      const last = ast.steps.at(-1)
      return last ? rowShape(last) : null
    }
    case 'call': {
      const [list] = ast.arguments
      return list && (ast.name === 'sort_by' || ast.name === 'reverse') ? rowShape(list) : null
    }
    default:
      return null
  }
}

/** Names of all fields that an expression looks at, at whatever depth. */
export function fieldNames(ast: Ast): readonly string[] {
  const below = children(ast).flatMap(fieldNames)
  return ast.type === 'field' ? [ast.name, ...below] : below
}

/** Names of the fields that an expression takes from the document itself. */
export function rootFields(ast: Ast): readonly string[] {
  switch (ast.type) {
    case 'field':
      return [ast.name]
    case 'reference':
      return []
    case 'pipe':
    case 'subexpression':
    case 'index-expression':
    case 'projection':
    case 'value-projection':
    case 'filter-projection':
      return children(ast).slice(0, 1).flatMap(rootFields)
    default:
      return children(ast).flatMap(rootFields)
  }
}

function shapeOf(ast: Ast): RowShape | null {
  switch (ast.type) {
    case 'hash':
      return { type: 'members', names: ast.entries.map(({ key }) => key) }
    case 'list':
      return { type: 'places', count: ast.items.length }
    case 'subexpression': {
      const last = ast.steps.at(-1)
      return last ? shapeOf(last) : null
    }
    default:
      return null
  }
}
