import { listEdition } from '../../src/demo/describe/editions.ts'
import type { SimulatedKind } from '../../src/demo/describe/simulated-kind.ts'
import type { Fleet } from '../../src/demo/fleet.ts'

/** All resources of a kind that a fleet (in an edition) holds for an account in a region, in EC2's order. */
export function resourcesOf<T>(
  kind: SimulatedKind<T>,
  fleet: Fleet,
  account: string,
  region: string,
  edition = 0,
): T[] {
  const cell = fleet.findCell(account, region)
  if (!cell) return []
  const { length, numberAt } = listEdition(kind.countItems(cell), edition)
  return Array.from({ length }, (_, place) => kind.itemAt(cell, numberAt(place)))
}

/** Their ids. */
export function resourceIds<T>(
  kind: SimulatedKind<T>,
  fleet: Fleet,
  account: string,
  region: string,
  edition = 0,
): string[] {
  return resourcesOf(kind, fleet, account, region, edition).map((each) => kind.idOf(each))
}
