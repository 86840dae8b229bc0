const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

/** The place behind the bracket that closes the one at `at`, past JMESPath's quotes; null if none closes it. */
export function conditionEnd(text: string, at: number): number | null {
  const open: string[] = []
  for (let place = at; place < text.length; place += 1) {
    const char = text[place] ?? ''
    const closes = closers.get(char)
    if (closes !== undefined) open.push(closes)
    else if (char === "'" || char === '"' || char === '`') {
      const end = closingQuote(text, place)
      if (end === null) return null
      place = end
    } else if (char === open.at(-1)) {
      open.pop()
      if (open.length === 0) return place + 1
    }
  }
  return null
}

/** The place of the quote that closes the one at `at`; null if nothing closes it. */
function closingQuote(text: string, at: number): number | null {
  for (let place = at + 1; place < text.length; place += text[place] === '\\' ? 2 : 1)
    if (text[place] === text[at]) return place
  return null
}
