/** What Python's `str.isspace`, `str.strip` and `\s` take for white space; JavaScript's `trim` differs. */
const space = '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${space}]+`)
const trailing = new RegExp(`[${space}]+$`)

/** `str.strip()` of Python. */
export function strip(text: string): string {
  if (isPlain(text, 0) && isPlain(text, text.length - 1)) return text
  return rstrip(isPlain(text, 0) ? text : text.replace(leading, ''))
}

/** `str.rstrip()` of Python. */
export function rstrip(text: string): string {
  return isPlain(text, text.length - 1) ? text : text.replace(trailing, '')
}

/** Characters of white space before the first other one. */
export function indentWidth(text: string): number {
  return isPlain(text, 0) ? 0 : (leading.exec(text)?.[0].length ?? 0)
}

/** The first `=` or `:` parts key and value; null if there is neither. */
export function splitKeyAndValue(text: string): { readonly key: string; readonly value: string } | null {
  const equals = text.indexOf('=')
  const colon = text.indexOf(':')
  const at = equals < 0 || colon < 0 ? Math.max(equals, colon) : Math.min(equals, colon)
  if (at < 0) return null
  const isSpaced = text[at - 1] === ' ' && text[at + 1] === ' '
  const blanks = isSpaced ? 1 : 0
  return { key: rstrip(text.slice(0, at - blanks)), value: strip(text.slice(at + 1 + blanks)) }
}

/** Whether a character of ASCII stands there that is no white space. Nearly all do, and need no pattern. */
function isPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code > 0x20 && code < 0x7f
}

/** `str.splitlines()` of Python. */
export function splitlines(text: string): string[] {
  return text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)
}

/** `shlex.split` of Python: words in POSIX quotes; null if a quote or an escape is open. */
export function splitShellWords(text: string): readonly string[] | null {
  // Without quotes and escapes, as nearly always, blanks alone part the words.
  if (!/["'\\]/.test(text)) return text.split(/[ \t\r\n]+/).filter((word) => word !== '')
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  const characters = [...text]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '\\' && quote !== "'") {
      const next = characters[++at]
      if (next === undefined) return null
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next)
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (' \t\r\n'.includes(character)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== '') return null
  return word === null ? words : [...words, word]
}
