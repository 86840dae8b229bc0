import { type Compiled, compile } from '../jmespath/compile.ts'
import type { Bindings } from '../jmespath/lexer.ts'
import { searchStock, withLiterals } from '../jmespath/stock.ts'
import type { Json, View } from '../model.ts'

type Question = Pick<View, 'query' | 'parameters'>

/** The values of a view's parameters. An expression of no saved query has none, and a `$` means nothing in it. */
function bindingsOf({ query, parameters }: Question): Bindings | null {
  if (query === null) return null
  const values = new Map(parameters.map(({ name, value }) => [name, value]))
  return (name) => values.get(name)
}

/** Compiles a view's expression, with its parameters as literals. */
export function compiled(expression: string, view: Question): Compiled {
  return compile(expression, bindingsOf(view))
}

/** What the stock package makes of a view's expression over a whole document. */
export function stockAnswer(expression: string, view: Question, document: Json): Json {
  return searchStock(stockExpression(expression, view), document)
}

/** A view's expression as the stock package reads it: parameters are written out as literals. */
export function stockExpression(expression: string, view: Question): string {
  const bindings = bindingsOf(view)
  return bindings ? withLiterals(expression, bindings) : expression
}
