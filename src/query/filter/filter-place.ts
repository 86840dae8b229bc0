import { findColumnsNamed } from '../../kinds/short-names.ts'
import type { FilterColumn, FilterColumns } from './bind-filter.ts'
import { conditionEnd } from './condition-end.ts'

/** What stands before the caret of a filter that is being typed. */
export interface FilterPlace {
  /** Where it begins: from here to the caret it is replaced by what completes it. */
  readonly from: number
  /** What is typed of it, without quotes. */
  readonly begun: string
  readonly asks: /** The beginning of a term: a column, a tag or a word. */
    | { readonly type: 'name' }
    | { readonly type: 'tag-key' }
    | { readonly type: 'tag-value'; readonly key: string; readonly operator: string }
    | { readonly type: 'value'; readonly columns: readonly FilterColumn[]; readonly operator: string }
}

/** Finds what may be completed at a caret; null for nothing, as inside a regex or a condition. */
export function findFilterPlace(
  text: string,
  at: number,
  { columns, id }: FilterColumns,
): FilterPlace | null {
  const start = findTermStart(text, at)
  if (start === null) return null
  const begins = text[start] === '!' ? start + 1 : start
  const term = text.slice(begins, at)
  const [tagHead, key = ''] = /^tag:("(?:[^"\\]|\\.)*"?|(?:[^\s=<>!"]|!(?!=))*)/is.exec(term) ?? []
  if (tagHead !== undefined) {
    const [operator = ''] = signs.exec(term.slice(tagHead.length)) ?? []
    const from = begins + tagHead.length + operator.length
    if (operator !== '')
      return {
        from,
        begun: unquote(text.slice(from, at)),
        asks: { type: 'tag-value', key: unquote(key), operator },
      }
    return tagHead.length === term.length
      ? { from: begins + 'tag:'.length, begun: unquote(key), asks: { type: 'tag-key' } }
      : null
  }
  const [fieldHead, name = '', operator = ''] =
    /^([\p{L}\p{N}_][\p{L}\p{M}\p{N}_./@+-]*)(!=|==|<=|>=|[:=<>])/u.exec(term) ?? []
  if (fieldHead !== undefined) {
    const from = begins + fieldHead.length
    const found = findColumnsNamed(name, columns, id)
    const begun = unquote(text.slice(from, at))
    if (found.length > 0) return { from, begun, asks: { type: 'value', columns: found, operator } }
    // As the filter takes it: NAME=VALUE is a tag if there is no such column.
    const isTag = operator !== ':' && /=/.test(operator) && !/[<>]/.test(operator)
    return isTag ? { from, begun, asks: { type: 'tag-value', key: name, operator } } : null
  }
  return /^[\p{L}\p{M}\p{N}_./@+-]*$/u.test(term)
    ? { from: begins, begun: term, asks: { type: 'name' } }
    : null
}

/** A value as a filter takes it literally. */
export function writeFilterValue(value: string): string {
  return /^[^\s"*?/][^\s"*?]*$/.test(value) ? value : quote(value)
}

/** The key of a tag, likewise. */
export function writeTagKey(key: string): string {
  return /^[^\s=<>!"*?]+$/.test(key) ? key : quote(key)
}

/** Where the last term of a filter begins. */
export function lastTermStart(text: string): number {
  return findTermStart(text, text.length) ?? text.length
}

const signs = /^(?:!=|==|<=|>=|[=<>])/

/** Where the term begins in which, or before which, the caret stands; null in a regex or a condition. */
function findTermStart(text: string, at: number): number | null {
  let start = 0
  while (start < at) {
    while (start < at && isBlank(text[start])) start += 1
    const end = findTermEnd(text, start)
    if (end === null || end >= at) {
      const begins = text[start] === '!' ? start + 1 : start
      const isSpecial = text[begins] === '/' || text.startsWith('[?', begins)
      return isSpecial && begins < at ? null : start
    }
    start = end
  }
  return at
}

/** The end of the term that begins here; null if it is not closed. */
function findTermEnd(text: string, start: number): number | null {
  const begins = text[start] === '!' ? start + 1 : start
  if (text.startsWith('[?', begins)) return conditionEnd(text, begins)
  if (text[begins] === '/') {
    const [regex] = /^\/(?:[^\\/]|\\.|\/(?!\s|$))+\/(?=\s|$)/s.exec(text.slice(begins)) ?? []
    if (regex !== undefined) return begins + regex.length
  }
  let isQuoted = false
  for (let place = begins; place < text.length; place += 1) {
    if (isQuoted && text[place] === '\\') place += 1
    else if (text[place] === '"') isQuoted = !isQuoted
    else if (!isQuoted && isBlank(text[place])) return place
  }
  return text.length
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  return text
    .slice(1)
    .replace(/(?<!\\)"$/, '')
    .replaceAll(/\\(["\\])/g, '$1')
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char)
}
