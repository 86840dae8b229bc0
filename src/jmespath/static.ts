import { type Ast, childrenOf } from './ast.ts'
import { functions } from './functions.ts'
import { describeUnknownFunction } from './hints.ts'

/** What is wrong with an expression whatever the document, and where: UTF-16 units from 0. */
export interface StaticFault {
  readonly position: number
  readonly message: string
}

/** Calls of functions that there are not, and calls with too few or too many arguments: all of them, in order. */
export function staticFaults(ast: Ast): readonly StaticFault[] {
  const below = childrenOf(ast).flatMap(staticFaults)
  if (ast.type !== 'call') return below
  const { name, position } = ast
  const row = functions.get(name)
  if (!row) return [{ position, message: describeUnknownFunction(name, functions.keys()) }, ...below]
  const least = row.parameters.length
  const found = ast.arguments.length
  if (found === least || (row.variadic && found > least)) return below
  const wanted = `${row.variadic ? 'at least ' : ''}${least} argument${least === 1 ? '' : 's'}`
  return [{ position, message: `${name}() takes ${wanted} and got ${found}.` }, ...below]
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
      return childrenOf(ast).slice(0, 1).flatMap(rootFields)
    default:
      return childrenOf(ast).flatMap(rootFields)
  }
}
