/** Where a text stops being JSON, and what is wrong there. */
export interface JsonFault {
  /** From 1; columns count characters. */
  readonly line: number
  readonly column: number
  /** `found x where a comma or ] should be`. */
  readonly what: string
}

/**
 * The first place at which a text is not JSON (RFC 8259), for a text that JSON.parse refused: the errors of JSON.parse
 * do not always name a place. Takes no more memory than the text's nesting.
 */
export function findJsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = []
  let wanted: Wanted = 'value'
  for (let at = skipPattern(space, text, 0); ; at = skipPattern(space, text, at)) {
    const char = text.charAt(at)
    const next = acceptSeparator(char, wanted, open)
    if (next) {
      wanted = next
      at += 1
    } else if (char === '"' && wanted !== 'colon' && wanted !== 'end' && !wanted.startsWith('comma')) {
      const string = readString(text, at)
      if (!string.closed) return makeFault(text, string.at, null)
      wanted = wanted.startsWith('name') ? 'colon' : wantedAfterValue(open)
      at = string.at
    } else {
      const end = wanted.startsWith('value') ? skipPattern(scalar, text, at) : at
      if (end === at) return makeFault(text, at, wanted)
      wanted = wantedAfterValue(open)
      at = end
    }
  }
}

/** The first number that is too large for a 64-bit float, as 1e400, in a text that is JSON; null if it has none. */
export function findHugeNumber(
  text: string,
): (Omit<JsonFault, 'what'> & { readonly written: string }) | null {
  let at = 0
  while (at < text.length) {
    const start = at
    if (text.charAt(at) === '"') at = readString(text, at).at
    else at = Math.max(at + 1, skipPattern(scalar, text, at))
    const written = text.slice(start, at)
    if (/^[-\d]/.test(written) && !Number.isFinite(Number(written)))
      return { ...locateAt(text, start), written }
  }
  return null
}

const words = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or }',
  colon: 'a colon',
  'comma or }': 'a comma or }',
  'comma or ]': 'a comma or ]',
  end: 'the end of the document',
} as const

type Wanted = keyof typeof words

const space = /[ \t\r\n]*/y
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)?/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y

/** What must follow a bracket, a comma or a colon that may stand here; null for any other character. */
function acceptSeparator(char: string, wanted: Wanted, open: ('{' | '[')[]): Wanted | null {
  if ((char === '}' || char === ']') && wanted.endsWith(`or ${char}`)) {
    open.pop()
    return wantedAfterValue(open)
  }
  if (char === ',' && wanted.startsWith('comma')) return open.at(-1) === '{' ? 'name' : 'value'
  if (char === ':' && wanted === 'colon') return 'value'
  if ((char === '{' || char === '[') && wanted.startsWith('value')) {
    open.push(char)
    return char === '{' ? 'name or }' : 'value or ]'
  }
  return null
}

function wantedAfterValue(open: readonly ('{' | '[')[]): Wanted {
  const inside = open.at(-1)
  return inside === undefined ? 'end' : inside === '{' ? 'comma or }' : 'comma or ]'
}

function skipPattern(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}

/** The place behind a string's closing quote, or the one where the string goes wrong. */
function readString(text: string, start: number): { readonly at: number; readonly closed: boolean } {
  let at = start + 1
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (unit === 0x22) return { at: at + 1, closed: true }
    const end = unit === 0x5c ? skipPattern(escapeSequence, text, at) : at + 1
    if (unit < 0x20 || end === at) return { at, closed: false }
    at = end
  }
  return { at, closed: false }
}

/** `wanted` is null inside a string. */
function makeFault(text: string, at: number, wanted: Wanted | null): JsonFault {
  const found = at >= text.length ? 'the text ends' : `found ${describeCharacter(text.codePointAt(at) ?? 0)}`
  const where = wanted === null ? 'inside a string' : `where ${words[wanted]} should be`
  return { ...locateAt(text, at), what: `${found} ${where}` }
}

function locateAt(text: string, at: number): Pick<JsonFault, 'line' | 'column'> {
  const before = text.slice(0, at)
  const column = Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1
  return { line: before.split('\n').length, column }
}

function describeCharacter(code: number): string {
  const char = String.fromCodePoint(code)
  return /[\s\p{C}]/u.test(char)
    ? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : char
}
