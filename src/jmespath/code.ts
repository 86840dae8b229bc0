/** JavaScript under construction. What an expression holds gets into it by `quoted` and `constant` alone. */

import type { Ast } from './ast.ts'
import type { Value } from './values.ts'

/** What all functions of one expression share. */
export interface Program {
  /** Literals and calls, bound as `k0`, `k1` … */
  readonly constants: unknown[]
  /** Whole functions, one a string. */
  readonly functions: string[]
  names: number
  /** Writes what a tree gives for `input`, the name of a variable; gives a name or a constant. */
  readonly emit: (code: Code, ast: Ast, input: string) => string
  /** Writes a condition: the statement `to` is taken if the tree's truth is `wanted`. */
  readonly jump: (code: Code, ast: Ast, input: string, wanted: boolean, to: string) => void
}

/** The function that is being written. */
export interface Code {
  readonly program: Program
  readonly statements: string[]
  /** How many trees deep. */
  readonly depth: number
}

/** Trees deeper than this get a function of their own: JavaScript's parser has a stack, too. */
export const deepest = 20

export function deepen(code: Code): Code {
  return { ...code, depth: code.depth + 1 }
}

export function addStatement(code: Code, statement: string): void {
  code.statements.push(statement)
}

/** A name that nothing else has. */
export function makeName({ program }: Code, letter: string): string {
  program.names += 1
  return letter + program.names
}

/** Keeps the value of a JavaScript expression; gives the variable's name. */
export function addVariable(code: Code, javascript: string): string {
  const name = makeName(code, 'v')
  addStatement(code, `const ${name} = ${javascript}`)
  return name
}

/** `{ … }` with a label, so that `break label` leaves it. */
export function addBlock(code: Code, inside: (leave: string) => void): void {
  const label = makeName(code, 'l')
  addStatement(code, `${label}: {`)
  inside(`break ${label}`)
  addStatement(code, '}')
}

/** A text as a JavaScript string, whatever it holds. */
export function quoteString(text: string): string {
  return JSON.stringify(text)
}

/** A value of the expression: short scalars are written, everything else is bound to a name. */
export function writeConstant({ program }: Code, value: Value | ((args: readonly Value[]) => Value)): string {
  if (typeof value === 'string') return quoteString(value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return `(${String(value)})`
  program.constants.push(value)
  return `k${program.constants.length - 1}`
}

/** Writes what a tree gives for `input`, the name of a variable; gives a name or a constant. */
export function emit(code: Code, ast: Ast, input: string): string {
  return code.program.emit(code, ast, input)
}
