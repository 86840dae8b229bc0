import type { Fleet } from '../../src/demo/fleet.ts'
import { fleetRows, type Rows } from './judge.ts'
import { serveFleet } from './world.ts'

/** One of several fleets of the same accounts, which a machine is pointed at in turn. */
export interface Side {
  readonly url: string
  readonly fleet: Fleet
  readonly rows: ReadonlyMap<string, Rows>
}

/** Works with fleets of one shape and so many instances each; their endpoints end with the work. */
export async function withSides<T>(
  shape: { readonly accounts: number; readonly regions: number },
  sizes: readonly number[],
  work: (sides: readonly Side[]) => Promise<T>,
): Promise<T> {
  const slow = [{ fault: 'latency', ms: 5 }] as const
  const served = await Promise.all(
    sizes.map((instances) =>
      serveFleet({ ...shape, faults: [...slow], instances, tokenSecret: `${instances} instances` }),
    ),
  )
  try {
    return await work(served.map(({ fleet, demo }) => ({ fleet, url: demo.url, rows: fleetRows(fleet) })))
  } finally {
    await Promise.all(served.map(({ demo }) => demo.close()))
  }
}
