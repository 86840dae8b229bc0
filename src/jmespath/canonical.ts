import { type Ast, childrenOf } from './ast.ts'
import { isAlike } from './values.ts'

/**
 * The steps of a tree, each on what the one before gave: those of chains in chains side by side, and without `@`. A tree
 * that is no chain is one step.
 */
export function stepsOf(ast: Ast): readonly Ast[] {
  if (ast.type === 'current') return []
  if (ast.type !== 'pipe' && ast.type !== 'subexpression' && ast.type !== 'index-expression') return [ast]
  return ast.steps.flatMap(stepsOf)
}

/** The tree of such steps. */
export function makeSteps(steps: readonly Ast[]): Ast {
  const [first] = steps
  return steps.length === 1 && first
    ? first
    : steps.length === 0
      ? { type: 'current' }
      : { type: 'pipe', steps }
}

/** Whether two trees are the same however they are written: places, quotes and the sides of `==` aside. */
export function isSameTree(a: Ast, b: Ast): boolean {
  const [left, right] = [stepsOf(a), stepsOf(b)]
  if (left.length !== right.length) return false
  return left.every((step, index) => isSameStep(step, right[index] as Ast))
}

function isSameStep(a: Ast, b: Ast): boolean {
  if (a.type !== b.type) return false
  if (a.type === 'comparator' && b.type === 'comparator' && a.operator === b.operator) {
    const isEven = a.operator === '==' || a.operator === '!='
    const isSame = isSameTree(a.left, b.left) && isSameTree(a.right, b.right)
    return isSame || (isEven && isSameTree(a.left, b.right) && isSameTree(a.right, b.left))
  }
  const [inA, inB] = [childrenOf(a), childrenOf(b)]
  if (inA.length !== inB.length || !isSameAlone(a, b)) return false
  return inA.every((child, index) => isSameTree(child, inB[index] as Ast))
}

/** Whether what two trees of one type hold beside their children is the same. */
function isSameAlone(a: Ast, b: Ast): boolean {
  if (a.type === 'field' && b.type === 'field') return a.name === b.name
  if (a.type === 'literal' && b.type === 'literal') return isSameLiteral(a.value, b.value)
  if (a.type === 'index' && b.type === 'index') return a.index === b.index
  if (a.type === 'slice' && b.type === 'slice')
    return a.start === b.start && a.end === b.end && a.step === b.step
  if (a.type === 'call' && b.type === 'call') return a.name === b.name
  if (a.type === 'comparator' && b.type === 'comparator') return a.operator === b.operator
  if (a.type === 'hash' && b.type === 'hash')
    return a.entries.every(({ key }, index) => key === b.entries[index]?.key)
  return true
}

/** A number never is a boolean here, deep inside neither. */
function isSameLiteral(a: Parameters<typeof isAlike>[0], b: Parameters<typeof isAlike>[0]): boolean {
  return JSON.stringify(a) === JSON.stringify(b) && isAlike(a, b)
}
