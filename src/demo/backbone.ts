import type { Cell } from './fleet.ts'

/*
 * How the VPCs of a fleet are connected: of each twelve accounts the first one is the hub, and the VPCs of the others
 * in the same region are its spokes. The hub owns the transit gateway, and has peering connections with the spokes.
 */

const accountsOfHub = 12

/** The cell that connects this one with the others, itself included; null if it has no VPC for that. */
export function hubOf(cell: Cell): Cell | null {
  const hub = cell.findAt(cell.accountIndex - (cell.accountIndex % accountsOfHub), cell.regionIndex)
  return hub && hub.instances > 0 && cell.instances > 0 ? hub : null
}

/** The other cells that a hub connects. */
export function spokesOf(hub: Cell): readonly Cell[] {
  return Array.from({ length: accountsOfHub - 1 }, (_, n) =>
    hub.findAt(hub.accountIndex + 1 + n, hub.regionIndex),
  ).filter((spoke) => spoke !== null && spoke.instances > 0) as readonly Cell[]
}
