import type { Area } from '../model.ts'

/** The groups of kinds that `--kind` takes, with what they hold. */
export const areas: Readonly<Record<Area, string>> = {
  compute: 'instances, and what they are made from and run on',
  storage: 'volumes, snapshots and what copies them',
  network: 'VPCs, and everything inside and between them',
}
