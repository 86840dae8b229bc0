import type { Json } from '../model.ts'
import { describeStrayCharacter } from './hints.ts'
import { type JmespathError, syntaxError } from './jmespath-errors.ts'
import type { Token, TokenType } from './token.ts'

/** Gives the value of a parameter `$NAME` by its name; undefined if there is no parameter of that name. */
export type Bindings = (name: string) => Json | undefined

/** The value of a parameter that has none yet, because the expression is only looked at. */
export const unknownValue: Json = Object.freeze([])

/**
 * The tokens of an expression, an `end` token last. The grammar is jmespath.py 1.1.0's. With `bindings`, `$NAME` is
 * a literal of the value that they give; without, a `$` is refused as there.
 * @throws JmespathError (syntax)
 */
export function tokenise(expression: string, bindings: Bindings | null = null): readonly Token[] {
  const found: Token[] = []
  let position = 0
  while (position < expression.length) {
    const char = expression.charAt(position)
    if (' \t\n\r'.includes(char)) {
      position += 1
      continue
    }
    const token = quotes.includes(char)
      ? readQuotedToken(expression, position)
      : readPlainToken(expression, position, bindings)
    found.push(token)
    position += token.text.length
  }
  found.push({ type: 'end', text: '', value: null, position })
  return found
}

const quotes = '\'"`'
const word = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /-?[0-9]+/y
const symbol = /\[\]|\[\?|\|\||&&|[=!<>]=|[[\].*,:@(){}|&<>!]/y

const parameter = /\$[A-Za-z_][A-Za-z0-9_]*/y

/** Whether a token is a parameter: a literal that is not written out. */
export function isParameter(token: Token): boolean {
  return token.type === 'literal' && token.text.startsWith('$')
}

function readPlainToken(expression: string, position: number, bindings: Bindings | null): Token {
  const name = matchAt(word, expression, position)
  if (name !== null) return { type: 'identifier', text: name, value: name, position }
  const digits = matchAt(number, expression, position)
  if (digits !== null) return { type: 'number', text: digits, value: Number(digits) + 0, position }
  const parameterText = bindings && matchAt(parameter, expression, position)
  if (parameterText) return readParameter(parameterText, bindings, expression, position)
  const text = matchAt(symbol, expression, position)
  if (text !== null) return { type: text as TokenType, text, value: null, position }
  throw syntaxError(describeStrayCharacter(expression, position), expression, position)
}

function readParameter(text: string, bindings: Bindings, expression: string, position: number): Token {
  const value = bindings(text.slice(1))
  if (value !== undefined) return { type: 'literal', text, value, position }
  throw syntaxError(
    `${text} is not declared; add a line '# param: ${text.slice(1)}' to the header.`,
    expression,
    position,
  )
}

function matchAt(pattern: RegExp, expression: string, position: number): string | null {
  pattern.lastIndex = position
  return pattern.exec(expression)?.[0] ?? null
}

function readQuotedToken(expression: string, position: number): Token {
  const quote = expression.charAt(position)
  const end = findClosingQuote(expression, position, quote)
  if (end === -1) {
    throw syntaxError(`The ${quote} that opens here is never closed.`, expression, position)
  }
  const text = expression.slice(position, end + 1)
  const inside = text.slice(1, -1)
  if (quote === "'") return { type: 'literal', text, value: inside.replaceAll("\\'", "'"), position }
  if (quote === '`') {
    const value = parseLiteral(inside.replaceAll('\\`', '`'))
    if (value !== undefined && isShallow(value, deepest)) return { type: 'literal', text, value, position }
    throw badQuoteError(
      'What stands between the backticks is neither JSON nor plain text',
      expression,
      position,
    )
  }
  const name = parseJson(text)
  if (typeof name === 'string') return { type: 'quoted identifier', text, value: name, position }
  throw badQuoteError(
    'A name in double quotes is written as a JSON string, and this is not one',
    expression,
    position,
  )
}

function badQuoteError(sentence: string, expression: string, position: number): JmespathError {
  return syntaxError(`${sentence}.`, expression, position)
}

/** Where the quote that opens at `position` closes; a backslash guards the character after it. */
function findClosingQuote(expression: string, position: number, quote: string): number {
  for (let at = position + 1; at < expression.length; at += 1) {
    const char = expression.charAt(at)
    if (char === quote) return at
    if (char === '\\') at += 1
  }
  return -1
}

/** Like jmespath.py, text that is not JSON is taken as a string: `running` in backticks. */
function parseLiteral(text: string): Json | undefined {
  const value = pythonOnly.get(text.replace(jsonSpace, '')) ?? parseJson(text)
  return value === undefined ? parseJson(`"${text.replace(leadingSpace, '')}"`) : value
}

const jsonSpace = /^[ \t\n\r]+|[ \t\n\r]+$/g

/** Python's json reads these as numbers. */
const pythonOnly: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** What Python's str.lstrip removes. */
const leadingSpace = /^(?:(?!\ufeff)[\s\x1c-\x1f\x85])+/

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Deeper literals would overflow whoever walks them. */
const deepest = 400

function isShallow(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((item: Json) => isShallow(item, levels - 1))
}
