import * as stock from 'jmespath'
import type { Json } from '../model.ts'
import { JmespathError, type JmespathErrorKind } from './jmespath-errors.ts'
import { type Bindings, isParameter, tokenise } from './lexer.ts'

/**
 * What the stock `jmespath` package (0.16) answers, for people who must reproduce another tool's result. It takes the
 * whole document at once. What is not JSON in its result, such as the function that it finds as `x.constructor`, is
 * null.
 * @throws JmespathError if the package fails, whatever it throws.
 */
export function searchStock(expression: string, document: Json): Json {
  const found: unknown = withJmespathErrors('type', () => stock.search(document, expression))
  return isJson(found) ? found : asJson(found)
}

/** Lets the stock package read an expression, and throws what it finds wrong as a JmespathError (syntax). */
export function checkStock(expression: string): void {
  // The package's types leave its parser out.
  const { compile } = stock as unknown as { readonly compile: (expression: string) => unknown }
  withJmespathErrors('syntax', () => compile(expression))
}

/**
 * The expression with every `$NAME` written out as a literal in backticks, which both engines read alike: JSON with
 * escapes for everything that could end it.
 * @throws JmespathError (syntax)
 */
export function withLiterals(expression: string, bindings: Bindings): string {
  let text = ''
  let at = 0
  for (const token of tokenise(expression, bindings).filter(isParameter)) {
    text += expression.slice(at, token.position) + writeLiteral(token.value)
    at = token.position + token.text.length
  }
  return text + expression.slice(at)
}

function writeLiteral(value: Json): string {
  const json = JSON.stringify(value)
  if (typeof value !== 'string') return `\`${json}\``
  return `\`"${value.replace(/[^A-Za-z0-9 .:+-]/g, escapeUnit)}"\``
}

/** One UTF-16 unit: a pair is two of them. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function withJmespathErrors<T>(kind: JmespathErrorKind, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const long = error instanceof RangeError
    throw new JmespathError(
      kind,
      long
        ? 'The jmespath package cannot take a list this long or nested this deep; leave --engine out.'
        : `The jmespath package refuses this: ${reason.replace(/\.$/, '')}.`,
    )
  }
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'object' && Object.values(value).every(isJson)
}

function asJson(value: unknown): Json {
  if (isJson(value)) return value
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) return value.map(asJson)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asJson(member)]))
}
