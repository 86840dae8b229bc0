/** One place of a glob: a character that must be there, any one character, or any text. */
export type GlobPlace = { readonly is: string } | 'any character' | 'any text'

/**
 * Whether a text is what the places say, from end to end. A RegExp goes back to every `*` in turn, which takes
 * years for `a*a*a*a*b`; only the last one can matter, so that this takes at most places × characters steps.
 */
export function matchesGlob(places: readonly GlobPlace[], text: string): boolean {
  const characters = [...text]
  let place = 0
  let at = 0
  let star = -1
  let covered = 0
  while (at < characters.length) {
    const wanted = places[place]
    if (wanted === 'any text') {
      star = place
      covered = at
      place += 1
    } else if (wanted === 'any character' || (wanted && wanted.is === characters[at])) {
      place += 1
      at += 1
    } else if (star >= 0) {
      covered += 1
      at = covered
      place = star + 1
    } else return false
  }
  return places.slice(place).every((rest) => rest === 'any text')
}
