import { usageError } from '../errors.ts'
import { findNearest } from '../nearest.ts'
import { isExclude, isGlob, makeGlobTest, splitList } from './patterns.ts'

/** The words of --account; a usage error for digits that are not an account's id. */
export function parseAccountPatterns(words: readonly string[]): readonly string[] {
  const patterns = splitList(words)
  const bad = patterns.find((word) => /^!?\d+$/.test(word) && !/^!?\d{12}$/.test(word))
  if (bad === undefined) return patterns
  throw usageError(
    `'${bad}' is no account; --account takes ids of 12 digits, names, or patterns such as 'prod-*'.`,
  )
}

interface NamedAccount {
  readonly name: string
  readonly account: string | null
}

/**
 * A word of --account that chooses nothing is a mistake, and is certain to be one only if every selected profile
 * declares its account: another one may turn out to lead there. `offered` is what the error chooses the nearest from.
 */
export function refuseUnmatchedAccounts(
  patterns: readonly string[],
  selected: readonly NamedAccount[],
  offered: readonly NamedAccount[] = selected,
): void {
  const names = namesOf(selected)
  if (selected.some(({ account }) => account === null)) return
  const bad = patterns.find((word) => {
    const bare = isExclude(word) ? word.slice(1) : word
    if (isExclude(word) && isGlob(bare)) return false
    return !names.some(makeGlobTest(bare))
  })
  if (bad === undefined) return
  const near = findNearest(bad.replace(/^!/, ''), namesOf(offered))
  const hint = near === null ? '' : ` Did you mean '${near}'?`
  const all = offered.map(({ name, account }) => `${account} (${name})`)
  const more = all.length > 20 ? ` … and ${all.length - 20} more` : ''
  throw usageError(
    `No selected profile or account matches '${bad}' (from --account).${hint} There are: ${all.slice(0, 20).join(', ')}${more}.`,
  )
}

function namesOf(profiles: readonly NamedAccount[]): readonly string[] {
  return [...new Set(profiles.flatMap(({ account, name }) => (account === null ? [name] : [account, name])))]
}
