import { compile } from '../../jmespath/compile.ts'
import { findMembers } from '../../jmespath/row-needs.ts'
import type { Json } from '../../model.ts'

/** Makes the function that says whether a condition, as `[?State.Name=='running']`, holds for an item. */
export function makeConditionTest(expression: string): (item: Json) => boolean {
  const { search } = compile(expression)
  return (item) => (search([item]) as readonly Json[]).length > 0
}

/** The members of a resource that a condition looks at; null for all of them. */
export function fieldsOfCondition(expression: string): readonly string[] | null {
  return findMembers(compile(`Rows${expression}.[\`true\`]`).ast, 'Rows')
}
