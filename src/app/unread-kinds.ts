import type { ScopeStatus } from '../model.ts'
import { coverageOf } from '../query/coverage.ts'

/** How many names a list shows. */
const shown = 6

/**
 * Which kinds of which accounts were not read, for words that were not found: `volumes and subnets of acme-prod`. An
 * account of whose kinds the same were not read is named with the others.
 */
export function listUnreadKinds(statuses: readonly ScopeStatus[]): readonly string[] {
  const { unread } = coverageOf(statuses)
  const byAccount = Map.groupBy(
    unread,
    ({ scope, accountName }) => accountName ?? scope.account ?? scope.profile,
  )
  const byKinds = Map.groupBy(byAccount, ([, all]) =>
    nameSome([...new Set(all.map(({ scope }) => scope.kind))], 'kinds'),
  )
  return [...byKinds].map(
    ([kinds, accounts]) =>
      `${kinds} of ${nameSome(
        accounts.map(([account]) => account),
        'accounts',
      )}`,
  )
}

function nameSome(names: readonly string[], what: string): string {
  if (names.length <= shown)
    return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '')
  return `${names.length} ${what} (${names.slice(0, shown).join(', ')} …)`
}
