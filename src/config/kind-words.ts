import { usageError } from '../errors.ts'
import { areas } from '../kinds/areas.ts'
import { findKind, listKinds } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { isPattern, matchPatterns, splitList } from './patterns.ts'

/**
 * The kinds that the words of `--kind` choose, each once: names, comma lists, globs, `!excludes`, and the groups
 * `compute`, `storage`, `network` and `all`. In the order of the words; a group or a glob gives its kinds in the order
 * of the reference. A usage error for a word that chooses nothing.
 */
export function selectKinds(words: readonly string[]): readonly Kind[] {
  const patterns = splitList(words)
  const excludes = patterns.filter((word) => word.startsWith('!'))
  const includes = patterns.filter((word) => !word.startsWith('!'))
  const isRest = includes.length === 0 && excludes.length > 0
  const included = isRest ? listKinds() : includes.flatMap(chosenBy)
  const excluded = new Set(excludes.flatMap((word) => chosenBy(word.slice(1))))
  return [...new Set(included)].filter((kind) => !excluded.has(kind))
}

/** All kinds are listed only if a word may mean several: that takes longer than most commands. */
function chosenBy(word: string): readonly Kind[] {
  const isGroup = Object.hasOwn(areas, word)
  if (word !== 'all' && !isGroup && !isPattern(word)) return [findKind(word)]
  const all = listKinds()
  if (word === 'all') return all
  if (isGroup) return all.filter(({ area }) => area === word)
  const names = new Set(
    matchPatterns(
      [word],
      all.map(({ name }) => name),
    ),
  )
  if (names.size === 0) throw usageError(`No kind matches '${word}'; muster kinds lists them.`)
  return all.filter(({ name }) => names.has(name))
}
