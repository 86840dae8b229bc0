import type { Ast } from './ast.ts'

/**
 * A tree with others in place of parts of it that look at the same input as the whole tree. `replace` gives what stands
 * for a part, or null to leave it as it is; of a part that is replaced no inner one is asked for.
 */
export function replaceLooks(ast: Ast, replace: (part: Ast) => Ast | null): Ast {
  const inside = (part: Ast): Ast => replaceLooks(part, replace)
  const replaced = replace(ast)
  if (replaced) return replaced
  switch (ast.type) {
    case 'subexpression':
    case 'index-expression':
    case 'pipe': {
      const first = ast.steps.findIndex(({ type }) => type !== 'current')
      return { ...ast, steps: ast.steps.map((step, place) => (place === first ? inside(step) : step)) }
    }
    case 'flatten':
    case 'projection':
    case 'filter-projection':
    case 'value-projection':
      return { ...ast, left: inside(ast.left) }
    case 'comparator':
      return { ...ast, left: inside(ast.left), right: inside(ast.right) }
    case 'or':
    case 'and':
      return { ...ast, operands: ast.operands.map(inside) }
    case 'not':
      return { ...ast, operand: inside(ast.operand) }
    case 'list':
      return { ...ast, items: ast.items.map(inside) }
    case 'hash':
      return { ...ast, entries: ast.entries.map((entry) => ({ ...entry, value: inside(entry.value) })) }
    case 'call':
      return { ...ast, arguments: ast.arguments.map(inside) }
    default:
      return ast
  }
}
