/** One place of a glob: a character that must be there, any one character, or any text. */
export type GlobToken = { readonly is: string } | 'any character' | 'any text'

/**
 * Whether a text matches the places from its beginning to its end. A RegExp goes back to every `*` in turn, which takes
 * years for `a*a*a*a*b`. Only the last one can matter, so this takes at most places × characters steps.
 */
export function matchesGlob(tokens: readonly GlobToken[], text: string): boolean {
  const characters = [...text]
  let tokenIndex = 0
  let at = 0
  let star = -1
  let covered = 0
  while (at < characters.length) {
    const wanted = tokens[tokenIndex]
    if (wanted === 'any text') {
      star = tokenIndex
      covered = at
      tokenIndex += 1
    } else if (wanted === 'any character' || (wanted && wanted.is === characters[at])) {
      tokenIndex += 1
      at += 1
    } else if (star >= 0) {
      covered += 1
      at = covered
      tokenIndex = star + 1
    } else return false
  }
  return tokens.slice(tokenIndex).every((rest) => rest === 'any text')
}
