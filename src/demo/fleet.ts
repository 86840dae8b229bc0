import { type DemoAccount, type DemoRegion, demoAccounts, demoRegions } from './organisation.ts'
import { hash } from './random.ts'

export type { DemoAccount, DemoRegion } from './organisation.ts'

export interface FleetOptions {
  /** Default 12. */
  readonly accounts?: number | undefined
  /** Default 5, at most 20. */
  readonly regions?: number | undefined
  /** In the whole fleet; default 400. */
  readonly instances?: number | undefined
  /** Default 1. */
  readonly seed?: number | undefined
  /** When the fleet is looked at, in ms since 1970; default 2026-11-24T00:00:00Z. */
  readonly now?: number | undefined
}

/** An organisation and its regions. Resources are computed from its cells by number, never held. */
export interface Fleet {
  readonly accounts: readonly DemoAccount[]
  readonly regions: readonly DemoRegion[]
  readonly now: number
  /** An account (id) in a region; null if the fleet has no such account or region. */
  readonly findCell: (account: string, region: string) => Cell | null
}

/** One account in one region: what every kind of resource is computed from. */
export interface Cell {
  /** Hash of seed, account and region: what the cell's own hashes start from. */
  readonly seed: number
  readonly accountIndex: number
  readonly regionIndex: number
  readonly account: DemoAccount
  readonly region: string
  /** All regions of the fleet, as the account sees them. */
  readonly regions: readonly DemoRegion[]
  /** How many instances it has: the size of the cell, which the numbers of other kinds follow. */
  readonly instances: number
  /** How many instances of the fleet come before this cell's. */
  readonly first: number
  readonly now: number
  /** Another cell of the fleet, by the places of its account and region; null if the fleet has no such place. */
  readonly findAt: (accountIndex: number, regionIndex: number) => Cell | null
}

/** A fleet that is the same for the same options; a million instances cost no memory and no time. */
export function makeFleet(options: FleetOptions = {}): Fleet {
  const seed = options.seed ?? 1
  const now = options.now ?? Date.parse('2026-11-24T00:00:00Z')
  const accounts = demoAccounts(options.accounts ?? 12, seed)
  const regions = demoRegions(options.regions ?? 5)
  const cells = makeCells(accounts, regions, options.instances ?? 400, seed, now)
  return { accounts, regions, now, findCell: (account, region) => cells.get(`${account}/${region}`) ?? null }
}

function makeCells(
  accounts: readonly DemoAccount[],
  regions: readonly DemoRegion[],
  total: number,
  seed: number,
  now: number,
): ReadonlyMap<string, Cell> {
  const pairs = accounts.flatMap((account, accountIndex) =>
    regions.map((region, regionIndex) => {
      const weight = cellWeight(account, region, hash(seed, accountIndex, regionIndex, 3), regionIndex)
      return { account, accountIndex, region, regionIndex, weight }
    }),
  )
  const sum = pairs.reduce((all, pair) => all + pair.weight, 0) || 1
  const cells = new Map<string, Cell>()
  const findAt: Cell['findAt'] = (a, r) => cells.get(`${accounts[a]?.id}/${regions[r]?.name}`) ?? null
  let before = 0
  for (const { account, accountIndex, region, regionIndex, weight } of pairs) {
    const first = Math.floor((total * before) / sum)
    before += weight
    const cell = {
      seed: hash(seed, accountIndex, regionIndex),
      accountIndex,
      regionIndex,
      account,
      region: region.name,
      regions,
      instances: Math.floor((total * before) / sum) - first,
      first,
      now,
      findAt,
    }
    cells.set(`${account.id}/${region.name}`, cell)
  }
  return cells
}

/** A quarter of the regions beyond the first two are empty in an account. */
function cellWeight(account: DemoAccount, region: DemoRegion, h: number, regionIndex: number): number {
  if (region.optIn === 'not-opted-in') return 0
  if (regionIndex > 1 && h % 4 === 0) return 0
  return account.weight * (regionIndex < 2 ? 3 : 1 + (h % 3) / 2)
}
