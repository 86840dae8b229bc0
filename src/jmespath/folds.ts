import type { Ast, Call } from './ast.ts'
import { stepsOf } from './canonical.ts'

/** The call that sees a list first, and the tree over what it gives. */
export interface FirstCall {
  readonly call: Call
  readonly rest: Ast
}

const current: Ast = { type: 'current' }

/** The first call of a tree over `@` that looks at `@` itself, if the tree sees `@` nowhere else. */
export function findFirstCall(ast: Ast): FirstCall | null {
  switch (ast.type) {
    case 'call': {
      const looks = ast.arguments.filter(({ type }) => type !== 'literal' && type !== 'reference')
      const [look] = looks
      if (look === undefined || looks.length > 1) return null
      if (look.type === 'current') return { call: ast, rest: current }
      return inside(look, (argument) => ({
        ...ast,
        arguments: ast.arguments.map((each) => (each === look ? argument : each)),
      }))
    }
    case 'pipe':
    case 'subexpression':
    case 'index-expression': {
      const [first, ...more] = stepsOf(ast)
      return first ? inside(first, (step) => ({ type: 'pipe', steps: [step, ...more] })) : null
    }
    case 'flatten':
    case 'projection':
    case 'filter-projection':
    case 'value-projection':
      return inside(ast.left, (left) => ({ ...ast, left }))
    case 'comparator':
      return ast.right.type === 'literal' ? inside(ast.left, (left) => ({ ...ast, left })) : null
    case 'not':
      return inside(ast.operand, (operand) => ({ ...ast, operand }))
    default:
      return null
  }
}

function inside(ast: Ast, wrap: (ast: Ast) => Ast): FirstCall | null {
  const found = findFirstCall(ast)
  return found && { ...found, rest: wrap(found.rest) }
}

/**
 * How many of the first elements of the list `@` a tree looks at: with more of them behind, it gives the same. Null if
 * it may look at all.
 */
export function countLookedAt(ast: Ast): number | null {
  switch (ast.type) {
    case 'literal':
    case 'reference':
    // A list has no members.
    case 'field':
      return 0
    case 'index':
      return ast.index >= 0 ? ast.index + 1 : null
    case 'slice': {
      const { start, end, step } = ast
      return (start ?? 0) >= 0 && end !== null && end >= 0 && (step ?? 1) > 0 ? end : null
    }
    case 'pipe':
    case 'subexpression':
    case 'index-expression': {
      const [first] = stepsOf(ast)
      return first ? countLookedAt(first) : null
    }
    case 'flatten':
    case 'projection':
    case 'filter-projection':
    case 'value-projection':
      return countLookedAt(ast.left)
    case 'comparator':
      return most([ast.left, ast.right])
    case 'not':
      return countLookedAt(ast.operand)
    case 'or':
    case 'and':
      return most(ast.operands)
    case 'list':
      return most(ast.items)
    case 'hash':
      return most(ast.entries.map(({ value }) => value))
    case 'call':
      return most(ast.arguments)
    default:
      return null
  }
}

function most(trees: readonly Ast[]): number | null {
  const counts = trees.map(countLookedAt)
  const known = counts.filter((count) => count !== null)
  return known.length < counts.length ? null : Math.max(0, ...known)
}
