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

/** Levenshtein's distance, computed with one row of the table. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
