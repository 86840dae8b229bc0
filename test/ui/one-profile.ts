import { networkOf } from '../../src/config/network.ts'
import type { ScopeSelection } from '../../src/sync/standing.ts'

/** The scopes of instances of one profile, whose account is known, in some regions. */
export function selectProfile(profile: string, account: string, regions: readonly string[]): ScopeSelection {
  return {
    chosen: [
      {
        name: profile,
        source: 'profile',
        account,
        regions: { type: 'named', names: regions },
        profile: null,
        network: networkOf({}, null, new Map()),
        collapsed: [],
      },
    ],
    kinds: ['instances'],
    requires: [],
    accounts: [],
    fresh: 1000,
    accepted: [],
  }
}
