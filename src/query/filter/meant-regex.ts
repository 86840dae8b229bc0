import { FilterError } from './filter-error.ts'
import { type Asked, type Pattern, parseFilter } from './parse-filter.ts'

/**
 * A sentence about the first word of these filters that looks like a regular expression without its slashes, as it is written
 * in k9s and VisiData; null if no word does. Only for filters that find nothing: `web|db` and `10.1.*` may be plain text.
 */
export function explainMeantRegex(filters: readonly string[]): string | null {
  for (const text of filters) {
    const regex = findMeantRegex(text)
    if (regex !== null) return `A regular expression stands between slashes: ${regex}`
  }
  return null
}

function findMeantRegex(text: string): string | null {
  for (const { asks } of readTerms(text)) {
    const [before, pattern] = patternOf(asks)
    if (pattern && looksLikeRegex(pattern, text) && isRead(`/${pattern.text}/`))
      return `${before}/${pattern.text}/`
  }
  return null
}

/** The terms of a filter; none of one that is not finished. */
function readTerms(text: string): ReturnType<typeof parseFilter>['terms'] {
  try {
    return parseFilter(text).terms
  } catch (error) {
    if (error instanceof FilterError) return []
    throw error
  }
}

/** What a term looks for, and what stands before it. Regexes go with `:` and `=` alone. */
function patternOf(asks: Asked): readonly [before: string, pattern: Pattern | null] {
  if (asks.type === 'word') return ['', asks.pattern]
  if (asks.type === 'condition' || (asks.operator !== ':' && asks.operator !== '=')) return ['', null]
  return [`${asks.type === 'tag' ? `tag:${asks.key.text}` : asks.name}${asks.operator}`, asks.value]
}

const signs = /^\^|\$$|.\|.|\.[*+]|\[[^\]]+\]|\\[dwsb]/

/** A text in quotes is meant as it is. */
function looksLikeRegex({ form, text, position }: Pattern, filter: string): boolean {
  return form !== 'regex' && filter[position] !== '"' && signs.test(text)
}

/** Whether a regex is one that a filter takes. */
function isRead(regex: string): boolean {
  const terms = readTerms(regex)
  return terms.length === 1 && terms[0]?.asks.type === 'word'
}
