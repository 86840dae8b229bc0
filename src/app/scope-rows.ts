import type { ScopeStatus } from '../model.ts'
import { formatAge } from '../output/age.ts'

/** The columns of the ledger's table. */
export const scopeColumns = [
  'Account',
  'AccountName',
  'Region',
  'Kind',
  'Profile',
  'State',
  'Age',
  'Rows',
  'Fault',
  'Next',
]

/** Where one scope stands, as a row of the ledger's table. */
export function makeScopeRow(status: ScopeStatus, now: number) {
  const { scope, fault, syncedAt } = status
  return {
    Account: scope.account,
    AccountName: status.accountName,
    Region: scope.region,
    Kind: scope.kind,
    Profile: scope.profile,
    State: status.accepted ? `${status.state} (accepted)` : status.state,
    Age: syncedAt === null || syncedAt > now ? null : formatAge(now - syncedAt),
    Rows: status.rows,
    Fault: fault ? `${fault.code}: ${fault.message}` : null,
    Next: fault?.next ?? null,
  }
}
