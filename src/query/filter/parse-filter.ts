import { compile } from '../../jmespath/compile.ts'
import { JmespathError } from '../../jmespath/jmespath-errors.ts'
import { conditionEnd } from './condition-end.ts'
import { FilterError } from './filter-error.ts'
import { explainEndlessRegex } from './regex-test.ts'

/** A filter as it was read. A row passes if all terms hold. */
export interface Filter {
  readonly text: string
  readonly terms: readonly Term[]
}

export interface Term {
  /** Written with `!`: it holds where what it asks for does not. */
  readonly inverse: boolean
  readonly asks: Asked
}

export type Asked =
  /** In any column, tag or origin. */
  | { readonly type: 'word'; readonly pattern: Pattern }
  | FieldAsked
  | TagAsked
  /** A JMESPath condition over the resource: `[?State.Name=='running']`. */
  | { readonly type: 'condition'; readonly expression: string; readonly position: number }

/** `name:web`: about the column of that name if there is one; else it is a tag or a text. */
export interface FieldAsked {
  readonly type: 'field'
  readonly name: string
  readonly operator: Operator
  /** Null if nothing stands behind the colon. */
  readonly value: Pattern | null
  /** The whole term as a text. */
  readonly word: Pattern
  readonly position: number
}

/** `tag:Env=prod`; without an operator, a tag of that key. */
export interface TagAsked {
  readonly type: 'tag'
  readonly key: Pattern
  readonly operator: Exclude<Operator, ':'> | null
  readonly value: Pattern | null
}

/** `:` a part or a glob, `=` the whole value, and the orders. */
export type Operator = ':' | '=' | '<' | '<=' | '>' | '>='

/** A text in quotes is never a glob. The text of a regex is its source. */
export interface Pattern {
  readonly form: 'text' | 'glob' | 'regex'
  readonly text: string
  readonly position: number
}

/**
 * Reads a filter: words, "texts", /regexes/, conditions on columns and tags, and [?JMESPath], all of which must hold.
 * @throws FilterError
 */
export function parseFilter(text: string): Filter {
  const terms: Term[] = []
  let at = skipBlanks(text, 0)
  while (at < text.length) {
    if (terms.length === mostTerms)
      throw new FilterError(
        `A filter has at most ${mostTerms} terms: leave out those from here on.`,
        text,
        at,
      )
    const inverse = text[at] === '!'
    const read = readTerm(text, inverse ? at + 1 : at)
    terms.push({ inverse: inverse !== read.inverse, asks: read.asks })
    at = skipBlanks(text, read.end)
  }
  return { text, terms }
}

/** So many words are text that was pasted by mistake. */
const mostTerms = 300

interface ReadTerm {
  readonly asks: Asked
  /** Whether the term itself says that something does not hold: `state!=running`. */
  readonly inverse: boolean
  readonly end: number
}

function readTerm(text: string, at: number): ReadTerm {
  if (isBlank(text[at])) throw new FilterError('What must not hold is missing after !.', text, at)
  if (text.startsWith('[?', at)) {
    const end = conditionEnd(text, at)
    if (end === null)
      throw new FilterError('The condition is not closed: a ] is missing at its end.', text, at)
    checkCondition(text.slice(at, end), text, at)
    const asks = { type: 'condition', expression: text.slice(at, end), position: at } as const
    return { asks, inverse: false, end: endOfTerm(text, end) }
  }
  const special = readQuoted(text, at) ?? readRegex(text, at)
  if (special) {
    const asks = { type: 'word', pattern: special.pattern } as const
    return { asks, inverse: false, end: endOfTerm(text, special.end) }
  }
  return readTag(text, at) ?? readField(text, at) ?? readWord(text, at)
}

function checkCondition(expression: string, text: string, at: number): void {
  try {
    compile(expression)
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    throw new FilterError(error.message.split('\n')[0] ?? '', text, at + (error.position ?? 0))
  }
}

function readWord(text: string, at: number): ReadTerm {
  const end = wordEnd(text, at)
  return { asks: { type: 'word', pattern: plainPattern(text.slice(at, end), at) }, inverse: false, end }
}

function readField(text: string, at: number): ReadTerm | null {
  // What may stand before an operator: names of columns, and keys of most tags. V8 reads Unicode's tables for it: not at
  // each start.
  const field = /([\p{L}\p{N}_][\p{L}\p{M}\p{N}_./@+-]*)(!=|==|<=|>=|[:=<>])/uy
  field.lastIndex = at
  const [head, name, sign] = field.exec(text) ?? []
  if (head === undefined || name === undefined || sign === undefined) return null
  const operator = operatorOf(sign)
  const read = readValue(text, at + head.length, operator)
  const end = read?.end ?? at + head.length
  if (!read && operator !== ':') throw missingValueError(name, operator, text, end)
  const value = read?.pattern ?? null
  // With quotes the word is what they hold.
  const word = value?.form === 'text' ? `${head}${value.text}` : text.slice(at, end)
  return {
    asks: { type: 'field', name, operator, value, word: plainPattern(word, at), position: at },
    inverse: sign === '!=',
    end,
  }
}

const tagStart = /tag:/iy
const tagKey = /(?:[^\s=<>!]|!(?!=))+/y
const tagOperator = /!=|==|<=|>=|[=<>]/y

function readTag(text: string, at: number): ReadTerm | null {
  if (matchAt(tagStart, text, at) === null) return null
  const begins = at + 'tag:'.length
  const quoted = readQuoted(text, begins)
  const bare = quoted ? null : matchAt(tagKey, text, begins)
  if (!quoted && bare === null) throw new FilterError('The key is missing after tag:.', text, begins)
  const key = quoted?.pattern ?? plainPattern(bare ?? '', begins)
  const keyEnd = quoted?.end ?? begins + (bare?.length ?? 0)
  const sign = matchAt(tagOperator, text, keyEnd)
  if (sign === null) {
    const asks = { type: 'tag', key, operator: null, value: null } as const
    return { asks, inverse: false, end: endOfTerm(text, keyEnd) }
  }
  const operator = operatorOf(sign)
  if (operator === ':') return null
  const read = readValue(text, keyEnd + sign.length, operator)
  if (!read) throw missingValueError(`tag:${key.text}`, operator, text, keyEnd + sign.length)
  return { asks: { type: 'tag', key, operator, value: read.pattern }, inverse: sign === '!=', end: read.end }
}

interface ReadPattern {
  readonly pattern: Pattern
  readonly end: number
}

/** The value behind an operator; null if nothing stands there. */
function readValue(text: string, at: number, operator: Operator): ReadPattern | null {
  if (isBlank(text[at])) return null
  const isOrder = operator !== ':' && operator !== '='
  const special = readQuoted(text, at) ?? (isOrder ? null : readRegex(text, at))
  if (special) return { ...special, end: endOfTerm(text, special.end) }
  const end = wordEnd(text, at)
  const word = text.slice(at, end)
  return { pattern: isOrder ? { form: 'text', text: word, position: at } : plainPattern(word, at), end }
}

function missingValueError(name: string, operator: Operator, text: string, at: number): FilterError {
  const empty = operator === '=' ? `, or write ${name}="" for an empty one` : ''
  return new FilterError(`The value is missing after ${name}${operator}: give one${empty}.`, text, at)
}

/** A text in double quotes, in which a backslash takes the meaning of a quote or backslash; null if none stands there. */
function readQuoted(text: string, at: number): ReadPattern | null {
  if (text[at] !== '"') return null
  let inside = ''
  for (let place = at + 1; place < text.length; place += 1) {
    const char = text[place] ?? ''
    if (char === '"') {
      if (inside === '' && isTerm(text, at))
        throw new FilterError('The text between the quotes is missing.', text, at)
      return { pattern: { form: 'text', text: inside, position: at }, end: place + 1 }
    }
    const next = text[place + 1]
    const isEscaped = char === '\\' && (next === '"' || next === '\\')
    if (isEscaped) place += 1
    inside += isEscaped ? next : char
  }
  throw new FilterError('The quote is not closed: a " is missing.', text, at)
}

/** Whether a term begins here, and not a value. */
function isTerm(text: string, at: number): boolean {
  const before = text[at - 1]
  return isBlank(before) || (before === '!' && isBlank(text[at - 2]))
}

/**
 * A regex between two slashes, of which the second ends the term; null if none stands there: one slash alone is text, as
 * in `/dev/sdf`. A slash behind a blank begins another term.
 */
function readRegex(text: string, at: number): ReadPattern | null {
  if (text[at] !== '/') return null
  for (let place = at + 1; place < text.length; place += 1) {
    const char = text[place]
    if (char === '\\') place += 1
    else if (isBlank(char) && text[place + 1] === '/') return null
    else if (char === '/' && place > at + 1 && isBlank(text[place + 1])) {
      const source = text.slice(at + 1, place)
      checkRegex(source, text, at)
      return { pattern: { form: 'regex', text: source, position: at }, end: place + 1 }
    }
  }
  return null
}

function checkRegex(source: string, text: string, at: number): void {
  try {
    new RegExp(source, 'u')
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error)
    throw new FilterError(`The regex is not valid (${why}).`, text, at)
  }
  const endless = explainEndlessRegex(source)
  if (endless !== null) throw new FilterError(endless, text, at)
}

function plainPattern(text: string, position: number): Pattern {
  return { form: /[*?]/.test(text) ? 'glob' : 'text', text, position }
}

function operatorOf(sign: string): Operator {
  return sign === '!=' || sign === '==' ? '=' : (sign as Operator)
}

/** A term that ends by itself is followed by a blank. */
function endOfTerm(text: string, end: number): number {
  if (isBlank(text[end])) return end
  throw new FilterError('A blank is missing here: each term stands by itself.', text, end)
}

function wordEnd(text: string, at: number): number {
  let end = at
  while (!isBlank(text[end])) end += 1
  return end
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text[at])) at += 1
  return at
}

/** A blank, or the end. */
function isBlank(char: string | undefined): boolean {
  return char === undefined || /\s/.test(char)
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
