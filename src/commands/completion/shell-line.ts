/** The last word of a line that is being typed. */
export interface UnfinishedWord {
  /** What it means to the shell, without quotes and backslashes. */
  readonly text: string
  /** How much of `text` stays as it is: the shell replaces what is behind it. */
  readonly fixed: string
  /** The quote that is still open where the replaced part begins. */
  readonly quote: "'" | '"' | null
}

/** A line up to the cursor, as a shell splits it. Nothing in it is expanded or run. */
export interface UnfinishedLine {
  /** The words before the last one. */
  readonly words: readonly string[]
  readonly last: UnfinishedWord
}

/**
 * Splits a line as Bash does. `breaks`: the characters behind which readline begins a new word to be completed, as in
 * COMP_WORDBREAKS.
 */
export function splitShellLine(line: string, breaks: string): UnfinishedLine {
  const words: string[] = []
  let text = ''
  let fixed = ''
  let quote: UnfinishedWord['quote'] = null
  let begun = false
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? ''
    if (quote === null && /\s/.test(char)) {
      if (begun) words.push(text)
      text = ''
      fixed = ''
      begun = false
      continue
    }
    begun = true
    if (char === '\\' && quote !== "'") {
      at += 1
      text += line[at] ?? ''
    } else if (char === quote) quote = null
    else if (quote === null && (char === "'" || char === '"')) {
      quote = char
      fixed = text
    } else {
      text += char
      if (quote === null && breaks.includes(char)) fixed = text
    }
  }
  return { words, last: { text, fixed, quote } }
}

/**
 * What Bash puts in the place of the replaced part, so that it means `value` and nothing else; null if it cannot be
 * written within the quote that is open.
 */
export function quoteForBash(value: string, { fixed, quote }: UnfinishedWord): string | null {
  if (!value.startsWith(fixed)) return null
  const rest = value.slice(fixed.length)
  // A single quote ends the quoted part, stands for itself behind a backslash, and the next part begins.
  if (quote === "'") return rest.replaceAll("'", "'\\''")
  // Between double quotes a backslash before ! stays a backslash, and without it Bash looks in its history.
  if (quote === '"') return rest.includes('!') ? null : rest.replaceAll(/["$`\\]/g, '\\$&')
  return rest.replaceAll(/[^\p{L}\p{N}_./,:=@%+-]/gu, (char) => `\\${char}`)
}
