import { type Ast, childrenOf } from '../../jmespath/ast.ts'
import { isSameTree } from '../../jmespath/canonical.ts'
import { replaceLooks } from '../../jmespath/document-looks.ts'
import { findRowNeeds } from '../../jmespath/row-needs.ts'
import type { Kind } from '../../model.ts'
import { needsDocument } from '../../store/scan-rows.ts'
import type { Plan } from './expression-plan.ts'

/** A part of an expression that looks at the list of one kind, and is planned as if it were alone. */
export interface Branch {
  /** The member of the document that stands for it in the rest of the expression. */
  readonly member: string
  readonly ast: Ast
  readonly kind: Kind
  readonly plan: Plan
}

export interface BranchedTree {
  readonly branches: readonly Branch[]
  /** The expression with members of the document in place of its branches. */
  readonly rest: Ast
}

/**
 * Takes an expression over the lists of several kinds apart, or one that looks at a list several times. Its branches are
 * the largest parts that can be planned. `planPart` gives the plan of a part over the list of a kind, null if it has none.
 */
export function branchTree(
  ast: Ast,
  kinds: readonly Kind[],
  planPart: (part: Ast, kind: Kind) => Plan | null,
): BranchedTree {
  const whole: BranchedTree = { branches: [], rest: ast }
  if (namesBranch(ast)) return whole
  const planned = replaceBranches(ast, (part) => {
    for (const kind of kinds) {
      const plan = planPart(part, kind)
      if (plan) return { kind, plan }
    }
    return null
  })
  const needs = findRowNeeds(
    planned.rest,
    kinds.map(({ list }) => ({ name: list, nested: null, columns: [] })),
  ).needs
  // A list that is read anyway, or would be several times, is better read once with all that is asked of it.
  const isReadOnce = ({ kind, plan }: Branch): boolean => {
    if (!readsAll(plan)) return true
    const alike = planned.branches.filter((each) => each.kind === kind && readsAll(each.plan))
    return alike.length === 1 && needs.get(kind.list)?.seen === false
  }
  const keptBranches = planned.branches.filter(isReadOnce)
  return replaceBranches(ast, (part) => keptBranches.find((each) => isSameTree(each.ast, part)) ?? null)
}

const branchPrefix = 'branch:'

function namesBranch(ast: Ast): boolean {
  if (ast.type === 'field') return ast.name.startsWith(branchPrefix)
  return childrenOf(ast).some(namesBranch)
}

/** Parts that are the same are one branch. */
function replaceBranches(ast: Ast, find: (part: Ast) => Pick<Branch, 'kind' | 'plan'> | null): BranchedTree {
  const branches: Branch[] = []
  const rest = replaceLooks(ast, (part) => {
    const known = branches.find((each) => isSameTree(each.ast, part))
    const found = known ?? find(part)
    if (!found) return null
    const { kind, plan } = found
    const branch = known ?? { member: `${branchPrefix}${branches.length}`, ast: part, kind, plan }
    if (!known) branches.push(branch)
    return { type: 'field', name: branch.member, quoted: true, position: 0 }
  })
  return { branches, rest }
}

/** Whether a plan looks at every document of the list, and gives a value for each. */
function readsAll({ fold, request, conditions }: Plan): boolean {
  return fold.type === 'list' && fold.take === null && conditions.length === 0 && needsDocument(request)
}
