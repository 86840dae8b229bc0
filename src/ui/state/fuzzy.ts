/** How well a text holds letters in their order, and where. */
export interface FuzzyMatch {
  /** More is better. */
  readonly score: number
  /** Places of the letters, in UTF-16 units, from the left. */
  readonly places: readonly number[]
}

/** What letters are worth that stand right after one another, and one that begins a word or the text. */
const worth = { next: 8, word: 5, text: 7 } as const
/** What lies behind is looked into by no one who types letters of a name. */
const longest = 200

/**
 * Looks for the letters of a pattern in a text, in their order, where they stand best: side by side, at the beginning of
 * the text or of a word. Null if they are not there. Without a capital letter it does not matter whether letters are small.
 */
export function matchFuzzy(pattern: string, written: string): FuzzyMatch | null {
  const text = written.slice(0, longest)
  const small = text.toLowerCase()
  // Few letters become two when they are made small: then the places are others.
  const read = pattern === pattern.toLowerCase() && small.length === text.length ? small : text
  if (!holdsInOrder(pattern, read)) return null
  // For each letter of the pattern and each place: the best score up to there, and the place of the letter before.
  let scores: number[] = []
  const before: number[][] = []
  for (let letter = 0; letter < pattern.length; letter += 1) {
    const next: number[] = new Array(read.length).fill(-Infinity)
    const from: number[] = new Array(read.length).fill(-1)
    let best = -1
    for (let at = 0; at < read.length; at += 1) {
      if (at >= 2 && (scores[at - 2] ?? -Infinity) > (scores[best] ?? -Infinity)) best = at - 2
      if (read[at] !== pattern[letter]) continue
      const own = at === 0 ? worth.text : isWordStart(text, at) ? worth.word : 0
      const beside = (scores[at - 1] ?? -Infinity) + worth.next
      const apart = scores[best] ?? -Infinity
      if (letter === 0) next[at] = own - at / 10
      else {
        next[at] = own + Math.max(beside, apart)
        from[at] = beside >= apart ? at - 1 : best
      }
    }
    scores = next
    before.push(from)
  }
  const score = Math.max(...scores, pattern === '' ? 0 : -Infinity)
  const places: number[] = []
  for (let letter = pattern.length - 1, at = scores.indexOf(score); letter >= 0; letter -= 1) {
    places.unshift(at)
    at = before[letter]?.[at] ?? -1
  }
  return { score: score - text.length / 100, places }
}

function holdsInOrder(pattern: string, text: string): boolean {
  let at = 0
  for (const letter of pattern.split('')) {
    const found = text.indexOf(letter, at)
    if (found < 0) return false
    at = found + 1
  }
  return true
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')
}
