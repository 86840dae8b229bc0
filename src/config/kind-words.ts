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
  const all = listKinds()
  const patterns = splitList(words)
  const excludes = patterns.filter((word) => word.startsWith('!'))
  const includes = patterns.filter((word) => !word.startsWith('!'))
  const included =
    includes.length === 0 && excludes.length > 0 ? all : includes.flatMap((word) => chosenBy(word, all))
  const excluded = new Set(excludes.flatMap((word) => chosenBy(word.slice(1), all)))
  return [...new Set(included)].filter((kind) => !excluded.has(kind))
}

function chosenBy(word: string, all: readonly Kind[]): readonly Kind[] {
  if (word === 'all') return all
  if (Object.hasOwn(areas, word)) return all.filter(({ area }) => area === word)
  if (!isPattern(word)) return [findKind(word)]
  const names = new Set(
    matchPatterns(
      [word],
      all.map(({ name }) => name),
    ),
  )
  if (names.size === 0) throw usageError(`No kind matches '${word}'; muster kinds lists them.`)
  return all.filter(({ name }) => names.has(name))
}
