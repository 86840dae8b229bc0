import { defaultKind } from '../../kinds.ts'
import type { Fault, ScopeStatus } from '../../model.ts'
import { formatCell } from '../../output/cell.ts'
import { coverageOf, type FaultGroup, groupFaults, groupPassedOver } from '../../query/coverage.ts'
import { scopeKey } from '../../store/ledger.ts'
import type { FaultLines, FaultReport, FaultScope, Retry, WaitingScope } from '../threads/fault-messages.ts'

/** Everything that was not read, by its cause. */
export function makeFaultReport({
  statuses,
  retries,
}: {
  readonly statuses: readonly ScopeStatus[]
  readonly retries: readonly Retry[]
}): FaultReport {
  const { unread, accepted, notCovered, skipped } = coverageOf(statuses)
  const others = groupPassedOver(statuses).map(({ cause, next, scopes }) => ({
    key: cause,
    cause: formatCell(cause),
    words: null,
    next: formatCell(next),
    failed: true,
    scopes: scopes.map(nameScope),
  }))
  const byKey = new Map(retries.length === 0 ? [] : statuses.map((each) => [scopeKey(each.scope), each]))
  const waiting = retries.flatMap(({ key, ...retry }): WaitingScope[] => {
    const status = byKey.get(key)
    return status ? [{ ...nameScope(status), ...retry }] : []
  })
  const missing = groupsOf([...unread, ...notCovered])
  return { missing, accepted: groupsOf(accepted), others, skipped, waiting }
}

function groupsOf(statuses: readonly ScopeStatus[]): readonly FaultLines[] {
  return groupFaults(statuses).map((group) => {
    const fault = group.scopes[0]?.fault ?? null
    const short = saysAction(fault)
    return {
      key: group.key,
      cause: formatCell(short ?? formatCause(group)),
      words: short === null || fault === null ? null : formatCell(fault.message),
      next: formatCell(group.next),
      failed: fault !== null,
      scopes: group.scopes.map(nameScope),
    }
  })
}

/** AWS says in some 150 characters that an action is not allowed. */
function saysAction(fault: Fault | null): string | null {
  return fault?.action === undefined ? null : `${fault.code}: no permission for ${fault.action}`
}

function nameScope({ scope, accountName }: ScopeStatus): FaultScope {
  const { profile, account, region, kind } = scope
  return {
    account: formatCell(accountName ?? account ?? profile),
    profile: formatCell(profile),
    region: region === null ? null : formatCell(region),
    kind: kind === defaultKind.name ? null : kind,
  }
}

/** A group as the screen shows it: what one login fixes has a key there. */
function formatCause({ cause, byLogin }: FaultGroup): string {
  return byLogin ? `${cause}; press L` : cause
}

/** The same in a few words, for one line: which account, if it is one, and what it must not do. */
export function summariseCause(group: FaultGroup): string {
  const action = group.scopes[0]?.fault?.action
  if (group.byLogin || action === undefined) return formatCause(group)
  const accounts = new Set(group.scopes.map((status) => nameScope(status).account))
  const [account = ''] = accounts
  return `${accounts.size === 1 ? account : `${accounts.size} accounts`}: no permission for ${action}`
}
