/**
 * The names of a list as `Name,tag:Env,join('-', Tags[].Key)`: it is split at the commas that stand in no bracket,
 * quotes or backticks of JMESPath. A tag with a comma in its key is written in double quotes, as `"tag:a,b"`. Blanks
 * around a name are dropped; a name that is missing is an empty one.
 */
export function splitColumns(text: string): readonly string[] {
  return splitList(text).map(plainColumn)
}

/** The same parts as they are written, with what stands beside a name. */
export function splitList(text: string): readonly string[] {
  const parts: string[] = []
  const open: Set<number> = new Set()
  let from = 0
  for (;;) {
    const end = endOfName(text, from, open)
    parts.push(text.slice(from, end))
    if (end >= text.length) return parts
    from = end + 1
  }
}

/** A name without the double quotes of `"tag:a,b"`, as in JSON or as in CSV; any other stays as it is. */
export function plainColumn(written: string): string {
  const name = written.trim()
  const [, key] = /^"(tag:(?:[^"\\]|\\.|"")*)"$/s.exec(name) ?? []
  return key === undefined ? name : key.replaceAll('""', '"').replaceAll(/\\(["\\])/g, '$1')
}

/** A name as it is written in such a list. */
export function columnWord(name: string): string {
  const [alone, ...more] = splitColumns(name)
  return more.length === 0 && alone === name ? name : `"${name.replaceAll(/["\\]/g, '\\$&')}"`
}

/**
 * Where the name that begins at `from` ends: at a comma, or with the text. A bracket that is never closed opens
 * nothing. It is remembered in `open`, so that every character is looked at only a few times.
 */
function endOfName(text: string, from: number, open: Set<number>): number {
  // The key of a tag is not JMESPath: a quote in it opens nothing.
  if (/^\s*tag:/.test(text.slice(from, from + 80))) return commaFrom(text, from)
  const inside: Open[] = []
  let at = from
  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === ',' && inside.length === 0) return at
    const closes = brackets.get(char)
    if (open.has(at)) at += 1
    else if (quotes.includes(char)) {
      const end = closingQuote(text, at)
      if (end === null) markAll(text, char, at, open)
      at = end ?? at + 1
    } else {
      if (closes !== undefined) inside.push({ at, closes })
      else if (closers.has(char)) close(inside, char)
      at += 1
    }
  }
  if (inside.length === 0) return at
  for (const each of inside) open.add(each.at)
  return endOfName(text, from, open)
}

interface Open {
  readonly at: number
  readonly closes: string
}

/** Closes the innermost bracket of that kind, with all that is still open in it. */
function close(inside: Open[], char: string): void {
  const least = Math.max(0, inside.length - deepest)
  for (let place = inside.length - 1; place >= least; place -= 1) {
    if (inside[place]?.closes !== char) continue
    inside.length = place
    return
  }
}

/** How many open brackets are searched for the one that is closed. */
const deepest = 100

function commaFrom(text: string, from: number): number {
  const at = text.indexOf(',', from)
  return at < 0 ? text.length : at
}

const quotes = ["'", '"', '`']

const brackets: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

const closers: ReadonlySet<string> = new Set(brackets.values())

/** The place behind the quote that closes the one at `at`; null if there is none. */
function closingQuote(text: string, at: number): number | null {
  for (let place = at + 1; place < text.length; place += text[place] === '\\' ? 2 : 1) {
    if (text[place] === text[at]) return place + 1
  }
  return null
}

/** No quote of that kind closes anything from here on: those that follow are behind backslashes. */
function markAll(text: string, quote: string, from: number, open: Set<number>): void {
  for (let at = from; at >= 0; at = text.indexOf(quote, at + 1)) open.add(at)
}
