/** What `muster-aws/jmespath` exports; `published.d.ts` is its face. */

import type { Json } from '../model.ts'
import { compile as compiled } from './compile.ts'

export { JmespathError } from './jmespath-errors.ts'

/** See `published.d.ts`. */
export interface Expression {
  readonly expression: string
  readonly search: (document: unknown) => Json
}

/** Compiles an expression, to be run as often as one likes. */
export function compile(expression: string): Expression {
  const { search } = compiled(expression)
  return { expression, search: (document) => search((document ?? null) as Json) }
}

/** Runs an expression once. */
export function search(expression: string, document: unknown): Json {
  return compile(expression).search(document)
}
