import { findNearest } from '../nearest.ts'

/** At most so many names are offered: more is a list, which `muster kinds` prints. */
const mostOffered = 3

/**
 * The kinds that a mistyped word most likely means, the likeliest first: the one that AWS writes so (`NatGateways`,
 * `DescribeVolumes`), or one thing of it (`volume`), or the nearest by its letters; else those that hold the word.
 */
export function findNearKinds(word: string, names: readonly string[]): readonly string[] {
  const plain = plainOf(word).replace(/^describe/, '')
  const same = names.filter((name) => [plain, `${plain}s`, `${plain}es`].includes(plainOf(name)))
  if (same.length > 0) return same
  const near = findNearest(word, names)
  if (near !== null) return [near]
  // Two letters are in every other name.
  if (plain.length < 3) return []
  return names.filter((name) => plainOf(name).includes(plain)).slice(0, mostOffered)
}

function plainOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
