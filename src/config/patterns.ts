import { type GlobToken, matchesGlob } from '../glob.ts'

/** The words of a repeatable flag, each of which may be a list with commas; blanks and empty words are dropped. */
export function splitList(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/**
 * The names that the patterns choose: `*` and `?` are wildcards, `!x` takes x out wherever it stands, and
 * patterns that only take out start from every name. In the order of the patterns, then of the names, each once.
 */
export function matchPatterns(patterns: readonly string[], names: readonly string[]): string[] {
  const excludes = patterns.filter(isExclude).map((pattern) => makeGlobTest(pattern.slice(1)))
  const includes = patterns.filter((pattern) => !isExclude(pattern)).map(makeGlobTest)
  const starts = includes.length === 0 && excludes.length > 0 ? [() => true] : includes
  const chosen = new Set<string>()
  for (const includes of starts) {
    for (const name of names) {
      if (includes(name) && !excludes.some((excluded) => excluded(name))) chosen.add(name)
    }
  }
  return [...chosen]
}

/** Whether a word is more than a plain name: it has a wildcard or takes out. */
export function isPattern(word: string): boolean {
  return isExclude(word) || isGlob(word)
}

/** Whether a word takes names out: `!x`. */
export function isExclude(word: string): boolean {
  return word.startsWith('!')
}

/** Whether a word has a wildcard. */
export function isGlob(word: string): boolean {
  return /[*?]/.test(word)
}

/** A test of whole names against one glob, case-sensitive; `*` matches any text, `/` too. */
export function makeGlobTest(glob: string): (name: string) => boolean {
  if (!isGlob(glob)) return (name) => name === glob
  const places = [...glob].map(globPlaceOf)
  return (name) => matchesGlob(places, name)
}

function globPlaceOf(character: string): GlobToken {
  return character === '*' ? 'any text' : character === '?' ? 'any character' : { is: character }
}
