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
  // A scope that was never read does not know what its account is called; another one may.
  const names = new Map(
    statuses.flatMap(({ scope: { account }, accountName: name }) =>
      account && name ? [[account, name]] : [],
    ),
  )
  const byAccount = Map.groupBy(
    unread,
    ({ scope: { account, profile } }) => names.get(account ?? '') ?? profile,
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

/** `instances, volumes and vpcs`, or how many there are and the first of them. */
export function nameSome(names: readonly string[], what: string): string {
  if (names.length <= shown)
    return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '')
  return `${names.length} ${what} (${names.slice(0, shown).join(', ')} …)`
}
