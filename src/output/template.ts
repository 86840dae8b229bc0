import { usageError } from '../errors.ts'
import type { Answer, Json } from '../model.ts'
import { type Quoting, quotings } from './template-quoting.ts'
import { tableOf } from './value-columns.ts'

/** A template as it was read: text, and places for values. */
export interface Template {
  /** What its places take their values from, as --columns names it. */
  readonly columns: readonly string[]
  readonly before: string
  /** What is written for each row. */
  readonly row: readonly Part[]
  readonly between: string
  readonly after: string
}

type Part = string | Place

interface Place {
  /** Columns and texts, of which the first that gives something is taken. */
  readonly choices: readonly Choice[]
  /** As it stands in the template. */
  readonly written: string
}

type Choice = { readonly quoting: Quoting } & ({ readonly column: number } | { readonly text: string })

/**
 * Reads a template: `{{Name}}` is the value of a column or an expression, `{{json:Name ?? ''}}` one that is quoted, with
 * another in its place where it has no value; each may have a quoting of its own, else the first one's. What stands between `{{rows}}` and `{{end}}` is written for each row, and
 * what follows `{{between}}` in there, between two of them. Without these the whole text is a line for each row.
 */
export function readTemplate(text: string): Template {
  const tokens = splitTokens(text)
  const columns: string[] = []
  const at = (mark: string) => tokens.findIndex((token) => token.type === 'place' && token.text === mark)
  const [rows, between, end] = [at('rows'), at('between'), at('end')]
  const read = (from: number, to: number): readonly Part[] =>
    tokens
      .slice(from, to)
      .map((token) => (token.type === 'text' ? token.text : readPlace(token.text, columns)))
  if (rows < 0 && end < 0 && between < 0) {
    const row = read(0, tokens.length)
    if (columns.length === 0) throw usageError('The template names no column: write one as {{Name}}.')
    return { columns, before: '', row: text.endsWith('\n') ? row : [...row, '\n'], between: '', after: '' }
  }
  if (rows < 0 || end < rows || (between >= 0 && (between < rows || between > end)))
    throw usageError('A template has {{rows}}, then perhaps {{between}}, then {{end}}.')
  const row = read(rows + 1, between < 0 ? end : between)
  return {
    columns,
    before: plainText(tokens.slice(0, rows)),
    row,
    between: between < 0 ? '' : plainText(tokens.slice(between + 1, end)),
    after: plainText(tokens.slice(end + 1)),
  }
}

/**
 * Writes the rows of an answer by a template. A row in which a place stays empty is left out; `onLeftOut` gets how
 * many were, and for which places.
 */
export function* formatTemplate(
  answer: Answer,
  { before, row: parts, between, after }: Template,
  onLeftOut: (rows: number, places: readonly string[]) => void,
): Generator<string> {
  let leftOut = 0
  const empty = new Set<string>()
  yield before
  let isFirst = true
  for (const row of tableOf(answer).rows) {
    const missing = parts.find((part) => typeof part !== 'string' && fillPlace(part, row) === null)
    if (missing !== undefined && typeof missing !== 'string') {
      leftOut += 1
      empty.add(missing.written)
      continue
    }
    const text = parts.map((part) => (typeof part === 'string' ? part : fillPlace(part, row))).join('')
    yield isFirst ? text : between + text
    isFirst = false
  }
  yield after
  if (leftOut > 0) onLeftOut(leftOut, [...empty])
}

function fillPlace({ choices }: Place, row: readonly Json[]): string | null {
  for (const choice of choices) {
    const { quoting } = choice
    if ('text' in choice) return quotings[quoting](choice.text) ?? choice.text
    const value = row[choice.column] ?? null
    const text = value === null || value === '' ? null : quotings[quoting](value)
    if (text !== null) return text
  }
  return null
}

type Token = { readonly type: 'text' | 'place'; readonly text: string }

function splitTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('{{', from)
    if (start < 0) break
    const end = endOfPlace(text, start + 2)
    if (end === null)
      throw usageError(`The template has {{ without }}: ${text.slice(start, start + 40).split('\n')[0]}`)
    tokens.push(
      { type: 'text', text: text.slice(from, start) },
      { type: 'place', text: text.slice(start + 2, end).trim() },
    )
    from = end + 2
  }
  return [...tokens, { type: 'text', text: text.slice(from) }]
}

/** Where the `}}` stands that closes a place: not one in a text of JMESPath. */
function endOfPlace(text: string, from: number): number | null {
  let quote: string | null = null
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (quote !== null) {
      if (char === '\\') at += 1
      else if (char === quote) quote = null
    } else if (char === "'" || char === '"' || char === '`') quote = char
    else if (char === '}' && text[at + 1] === '}') return at
  }
  return null
}

function readPlace(written: string, columns: string[]): Place {
  const words = written.split(/\s\?\?\s/).map(splitQuoting)
  const choices = words.map(({ quoting: own, rest }): Choice => {
    const quoting = own ?? words[0]?.quoting ?? 'line'
    const column = rest.trim()
    const [, text] = /^'((?:[^'\\]|\\.)*)'$/.exec(column) ?? []
    if (text !== undefined) return { quoting, text: text.replaceAll(/\\(['\\])/g, '$1') }
    if (column === '') throw usageError(`{{${written}}} of the template names no column.`)
    if (/^(tag:)?\*$/.test(column))
      throw usageError(`{{${written}}} of the template names many columns: name one.`)
    if (!columns.includes(column)) columns.push(column)
    return { quoting, column: columns.indexOf(column) }
  })
  return { choices, written }
}

/** The word before the colon of a choice, if it says how the value is written. */
function splitQuoting(choice: string): { readonly quoting: Quoting | null; readonly rest: string } {
  const [, name = '', rest = ''] = /^\s*([a-z]+):(.*)$/s.exec(choice) ?? []
  return name in quotings ? { quoting: name as Quoting, rest } : { quoting: null, rest: choice }
}

/** Text around the rows, which can hold no value. */
function plainText(tokens: readonly Token[]): string {
  const place = tokens.find(({ type }) => type === 'place')
  if (place) throw usageError(`{{${place.text}}} of the template stands outside the rows.`)
  return tokens.map(({ text }) => text).join('')
}
