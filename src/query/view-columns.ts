import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { findKind } from '../kinds.ts'
import type { View } from '../model.ts'
import { compileExpression } from './evaluation.ts'
import { findRowNames, makeColumnCheck, type NamesAsked } from './names.ts'

/** What is known before the answer of the rows that a view's expression makes, which are filtered before they are grouped. */
export interface MadeColumns {
  /** Their members; null if they are not known. */
  readonly names: readonly string[] | null
  readonly canHave: (column: string) => boolean
}

/** Null for a view whose rows are resources. `names`: those that a saved query gives to its columns or places. */
export function findMadeColumns(view: View, names: readonly string[] | null): MadeColumns | null {
  const { expression, columns, sort, group, sum, origin } = view
  if (expression === null) return null
  const kind = findKind(view.kind)
  const others = view.otherKinds.map(findKind)
  const of = readTree(view, expression)
  const namesAsked: NamesAsked = { kind, others, of, ofAws: { origin }, names, columns, sort, group, sum }
  const found = findRowNames(namesAsked)
  return { names: found === 'table' ? null : found, canHave: makeColumnCheck(namesAsked) }
}

/** The syntax tree of a view's expression; null if only another engine can read it. */
export function readTree(view: View, expression: string): Exclude<NamesAsked['of'], 'table'> {
  try {
    return { ast: compileExpression(expression, view).ast, engine: view.engine }
  } catch (error) {
    if (error instanceof JmespathError) return null
    throw error
  }
}
