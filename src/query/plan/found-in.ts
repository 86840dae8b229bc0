import type { Ast } from '../../jmespath/ast.ts'
import { isSameTree, makeSteps, stepsOf } from '../../jmespath/canonical.ts'

/**
 * Whether a tree is true wherever another that begins with it is not null: `IamInstanceProfile` where
 * `IamInstanceProfile.Arn` is not, and `Tags[?Key=='Name']` where `Tags[?Key=='Name'].Value | [0]` is not. A member is
 * found only in an object that has one, and an item only in a list that has one: neither is empty, and so false.
 */
export function isFoundIn(found: Ast, tree: Ast): boolean {
  const steps = stepsOf(found)
  const last = steps.at(-1)
  return last !== undefined && isLook(last) && isTrueWith(makeSteps(steps.slice(0, -1)), tree)
}

function isLook({ type }: Ast): boolean {
  return type === 'field' || type === 'index'
}

/** Whether a tree is true wherever another is true that begins with it. */
function isTrueWith(whole: Ast, tree: Ast): boolean {
  if (isSameTree(whole, tree)) return true
  const steps = stepsOf(whole)
  const last = steps.at(-1)
  if (last === undefined) return false
  const before = (left: Ast): Ast => makeSteps([...steps.slice(0, -1), left])
  switch (last.type) {
    case 'field':
    case 'index':
      return isTrueWith(makeSteps(steps.slice(0, -1)), tree)
    case 'flatten':
      return isTrueWith(before(last.left), tree)
    case 'projection':
    case 'filter-projection':
      if (last.right.type === 'current') return isTrueWith(before(last.left), tree)
      // Of a null a member is null, and what a function gives is not.
      return (
        stepsOf(last.right).every(isLook) && isTrueWith(before({ ...last, right: { type: 'current' } }), tree)
      )
    default:
      return false
  }
}
