/**
 * The candidate that a mistyped word most likely meant: the one with the fewest edits, upper and lower case
 * alike, and at most one edit for every three letters; null if no candidate is that near.
 */
export function findNearest(word: string, candidates: readonly string[]): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const name of candidates) {
    // Two words are at least as many edits apart as their lengths differ.
    if (Math.abs(word.length - name.length) > Math.max(word.length, name.length) / 3) continue
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance > Math.max(word.length, name.length) / 3) continue
    if (!best || distance < best.distance) best = { name, distance }
  }
  return best?.name ?? null
}

/** Levenshtein's distance, in which two letters that changed places are one edit; computed with two rows of the table. */
export function editDistance(from: string, to: string): number {
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swapped = isSwapped ? (before[j - 2] ?? 0) + 1 : replaced
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[to.length] ?? 0
}
