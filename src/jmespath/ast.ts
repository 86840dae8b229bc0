/**
 * The syntax tree of a JMESPath expression. `@` and the absent left side are both `current`. A `position` is where the
 * thing stands in the expression, in UTF-16 units from 0.
 */

import type { Json } from '../model.ts'

export type Ast =
  | { readonly type: 'current' }
  | Field
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'index'; readonly index: number }
  | Slice
  /** One step after the other, each on what the one before gave. The three differ only in how they bind. */
  | { readonly type: ChainType; readonly steps: readonly Ast[] }
  | { readonly type: 'flatten'; readonly left: Ast }
  | { readonly type: 'projection'; readonly left: Ast; readonly right: Ast }
  | { readonly type: 'value-projection'; readonly left: Ast; readonly right: Ast }
  | FilterProjection
  | Comparator
  | { readonly type: 'or' | 'and'; readonly operands: readonly Ast[] }
  | { readonly type: 'not'; readonly operand: Ast }
  | { readonly type: 'list'; readonly items: readonly Ast[] }
  | { readonly type: 'hash'; readonly entries: readonly Entry[] }
  | Call
  | { readonly type: 'reference'; readonly expression: Ast }

export type ChainType = 'subexpression' | 'index-expression' | 'pipe'
export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>='

export interface Field {
  readonly type: 'field'
  readonly name: string
  /** Whether it is written in double quotes. */
  readonly quoted: boolean
  readonly position: number
}

export interface FilterProjection {
  readonly type: 'filter-projection'
  readonly left: Ast
  readonly condition: Ast
  readonly right: Ast
  /** Of its `[?`. */
  readonly position: number
}

export interface Comparator {
  readonly type: 'comparator'
  readonly operator: Operator
  readonly left: Ast
  readonly right: Ast
  /** Of its operator. */
  readonly position: number
}

export interface Slice {
  readonly type: 'slice'
  readonly start: number | null
  readonly end: number | null
  readonly step: number | null
}

export interface Entry {
  readonly key: string
  readonly value: Ast
}

export interface Call {
  readonly type: 'call'
  readonly name: string
  readonly arguments: readonly Ast[]
  /** The arguments as they are written, if others stand for them. */
  readonly written?: readonly Ast[]
  /** Of its name. */
  readonly position: number
}

/** The trees right below one, in the order of evaluation. */
export function childrenOf(ast: Ast): readonly Ast[] {
  switch (ast.type) {
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return ast.steps
    case 'flatten':
      return [ast.left]
    case 'projection':
    case 'value-projection':
    case 'comparator':
      return [ast.left, ast.right]
    case 'filter-projection':
      return [ast.left, ast.condition, ast.right]
    case 'or':
    case 'and':
      return ast.operands
    case 'not':
      return [ast.operand]
    case 'list':
      return ast.items
    case 'hash':
      return ast.entries.map((entry) => entry.value)
    case 'call':
      return ast.arguments
    case 'reference':
      return [ast.expression]
    default:
      return []
  }
}

/** The names of all members that a tree looks at. */
export function fieldsOf(ast: Ast): readonly string[] {
  return [...(ast.type === 'field' ? [ast.name] : []), ...childrenOf(ast).flatMap(fieldsOf)]
}
