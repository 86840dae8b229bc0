import type { Cell } from '../fleet.ts'
import { listOf } from './filters.ts'

/** The account that owns what the simulated AWS itself offers to everybody. */
export const amazonId = '137112412989'

/** Whether `Owner.1`, `Owner.2` … of a request, if there are any, name that account: by id, `self` or `amazon`. */
export function ownerTest(params: URLSearchParams, { account }: Cell): (ownerId: string) => boolean {
  const owners = listOf(params, 'Owner').map((owner) =>
    owner === 'self' ? account.id : owner === 'amazon' ? amazonId : owner,
  )
  return (ownerId) => owners.length === 0 || owners.includes(ownerId)
}
