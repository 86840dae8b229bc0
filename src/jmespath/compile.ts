import type { Json } from '../model.ts'
import { type Ast, childrenOf } from './ast.ts'
import { generate } from './generate.ts'
import { JmespathError, pointAt } from './jmespath-errors.ts'
import type { Bindings } from './lexer.ts'
import { parse } from './parser.ts'
import { asJson, holdsReference, type Reference } from './values.ts'

/** An expression, ready to be run as often as one likes. */
export interface Compiled {
  readonly expression: string
  readonly ast: Ast
  /** @throws JmespathError (type, arity, unknown-function, value) */
  readonly search: (document: Json) => Json
}

/**
 * Compiles a JMESPath expression, with the meaning that jmespath.py 1.1.0 (the engine inside the AWS CLI) gives it.
 * With `bindings`, `$NAME` stands for the literal that they give.
 * @throws JmespathError (syntax)
 */
export function compile(expression: string, bindings: Bindings | null = null): Compiled {
  const ast = parse(expression, bindings)
  return { expression, ast, search: compileAst(ast, expression) }
}

/**
 * Compiles a tree of an expression. A result that holds an `&expression` is not JSON, and therefore a type error; an
 * error whose place is known shows it.
 */
export function compileAst(ast: Ast, expression: string): (document: Json) => Json {
  let generated: Reference | null = null
  const run: Reference = (document) => {
    try {
      generated ??= generate(ast)
      return generated(document)
    } catch (error) {
      throw error instanceof JmespathError ? showPlace(error, expression) : error
    }
  }
  if (!hasStrayReference(ast)) return (document) => asJson(run(document))
  return (document) => {
    const result = run(document)
    if (!holdsReference(result)) return asJson(result)
    throw new JmespathError(
      'type',
      'An &expression is no result; it can only be an argument of map() or a …_by() function.',
    )
  }
}

function showPlace(error: JmespathError, expression: string): JmespathError {
  const { kind, message, position } = error
  return position === null ? error : new JmespathError(kind, pointAt(message, expression, position), position)
}

const referenceTakers: ReadonlySet<string> = new Set(['map', 'sort_by', 'max_by', 'min_by'])

/** Whether an `&expression` stands anywhere but as an argument of a function that takes one. */
export function hasStrayReference(ast: Ast): boolean {
  const taken = ast.type === 'call' && referenceTakers.has(ast.name)
  return (
    childrenOf(ast).some((child) =>
      child.type === 'reference' ? !taken || hasStrayReference(child.expression) : hasStrayReference(child),
    ) || ast.type === 'reference'
  )
}
