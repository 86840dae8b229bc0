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

export function deeper(code: Code): Code {
  return { ...code, depth: code.depth + 1 }
}

export function add(code: Code, statement: string): void {
  code.statements.push(statement)
}

/** A name that nothing else has. */
export function fresh({ program }: Code, letter: string): string {
  program.names += 1
  return letter + program.names
}

/** Keeps the value of a JavaScript expression; gives the variable's name. */
export function keep(code: Code, javascript: string): string {
  const name = fresh(code, 'v')
  add(code, `const ${name} = ${javascript}`)
  return name
}

/** `{ … }` with a label, so that `break label` leaves it. */
export function block(code: Code, inside: (leave: string) => void): void {
  const label = fresh(code, 'l')
  add(code, `${label}: {`)
  inside(`break ${label}`)
  add(code, '}')
}

/** A text as a JavaScript string, whatever it holds. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}

/** A value of the expression: short scalars are written, everything else is bound to a name. */
export function constant({ program }: Code, value: Value | ((args: readonly Value[]) => Value)): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return `(${String(value)})`
  program.constants.push(value)
  return `k${program.constants.length - 1}`
}

/** Writes what a tree gives for `input`, the name of a variable; gives a name or a constant. */
export function emit(code: Code, ast: Ast, input: string): string {
  return code.program.emit(code, ast, input)
}
