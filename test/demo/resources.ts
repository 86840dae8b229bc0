import type { SimulatedKind } from '../../src/demo/describe/simulated-kind.ts'
import type { Fleet } from '../../src/demo/fleet.ts'

/** All resources of a kind that a fleet holds for an account in a region, in EC2's order. */
export function resourcesOf<T>(kind: SimulatedKind<T>, fleet: Fleet, account: string, region: string): T[] {
  const cell = fleet.findCell(account, region)
  return cell ? Array.from({ length: kind.countItems(cell) }, (_, n) => kind.itemAt(cell, n)) : []
}

/** Their ids. */
export function resourceIds<T>(
  kind: SimulatedKind<T>,
  fleet: Fleet,
  account: string,
  region: string,
): string[] {
  return resourcesOf(kind, fleet, account, region).map((each) => kind.idOf(each))
}
