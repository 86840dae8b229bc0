import { advisePolicy } from '../kinds/policy-advice.ts'
import { defaultKind } from '../kinds.ts'
import type { Fault, ScopeStatus } from '../model.ts'

/** What an answer covers, and what it does not. */
export interface Coverage {
  readonly scopes: readonly ScopeStatus[]
  /** Scopes that the last attempt read: fresh, or stale and whole. */
  readonly covered: number
  /** Scopes that could not be read again: the answer holds what they held before. */
  readonly older: readonly ScopeStatus[]
  /** Scopes that were never read to their end: the answer holds none of their rows, or a part. */
  readonly missing: readonly ScopeStatus[]
  /** Scopes that another muster is reading just now, and that are not fresh; they are neither older nor missing. */
  readonly elsewhere: readonly ScopeStatus[]
  /** The older, the missing, and those that another muster reads, in the order of the scopes. */
  readonly unread: readonly ScopeStatus[]
  /** Faults that the settings accept: named, not missing. */
  readonly accepted: readonly ScopeStatus[]
  /** Scopes whose operation AWS refuses as muster sends it: named, not missing unless nothing else was asked for. */
  readonly notCovered: readonly ScopeStatus[]
  readonly skipped: number
  /** Rows that the answer is made of, older ones included. */
  readonly rows: number
  /** When the oldest row in the answer was read, in ms since 1970. */
  readonly oldest: number | null
  readonly complete: boolean
}

/** Sums up the states of an answer's scopes. */
export function coverageOf(scopes: readonly ScopeStatus[]): Coverage {
  const accepted = scopes.filter((status) => status.accepted)
  const completed = scopes.filter(({ state }) => state === 'fresh' || state === 'stale')
  const notCovered = scopes.filter((status) => !status.accepted && isNotCovered(status))
  const unread = scopes.filter(
    (status) =>
      !status.accepted &&
      !isNotCovered(status) &&
      ['failed', 'never', 'interrupted', 'reading'].includes(status.state),
  )
  const answered = scopes.filter(({ state, rows }) => state !== 'skipped' || rows > 0)
  const times = answered.map(({ oldestAt }) => oldestAt).filter((at) => at !== null)
  return {
    scopes,
    covered: completed.length,
    older: unread.filter((status) => status.syncedAt !== null && !isReadElsewhere(status)),
    missing: unread.filter((status) => status.syncedAt === null && !isReadElsewhere(status)),
    elsewhere: unread.filter(isReadElsewhere),
    unread,
    accepted,
    notCovered,
    skipped: scopes.filter(({ state }) => state === 'skipped').length,
    rows: rowsOf(scopes),
    oldest: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
    complete: unread.length === 0 && (scopes.length === 0 || notCovered.length < scopes.length),
  }
}

function isReadElsewhere({ state, elsewhere }: ScopeStatus): boolean {
  return state === 'reading' && elsewhere === true
}

function isNotCovered({ state, fault }: ScopeStatus): boolean {
  return state === 'failed' && fault?.class === 'not-covered'
}

/** The rows that scopes hold, all together. */
export function rowsOf(scopes: readonly ScopeStatus[]): number {
  return scopes.reduce((sum, { rows }) => sum + rows, 0)
}

/** Scopes that were not read for one reason, as one line names them. */
export interface FaultGroup {
  /** The same as long as the cause is the same, however many scopes have it. */
  readonly key: string
  /** `prod-eu/eu-west-1 AccessDenied: …`, without control characters. */
  readonly line: string
  /** The same without the names. */
  readonly cause: string
  /** Whether one login fixes it; then the cause names the extent: `sso-session empresa expired: 41 accounts`. */
  readonly byLogin: boolean
  readonly next: string
  readonly scopes: readonly ScopeStatus[]
}

/** Groups what could not be read by its cause, the largest group first. */
export function groupFaults(statuses: readonly ScopeStatus[]): readonly FaultGroup[] {
  const groups = new Map<string, ScopeStatus[]>()
  for (const status of statuses) {
    const { fault, state, scope } = status
    const key = fault ? causeOf(fault, scope.kind) : `${state}${isReadElsewhere(status) ? ' elsewhere' : ''}`
    const group = groups.get(key)
    if (group) group.push(status)
    else groups.set(key, [status])
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([key, group]) => ({ key, ...groupOf(group) }))
}

/**
 * What faults of one cause have in common: the next step, though their sentences may each name another account. A denied
 * kind has a next step of its own; people ask for all of them at once. Credentials that each profile must renew for itself
 * are one cause, too.
 */
function causeOf(fault: Fault, kind: string): string {
  if (deniedAction(fault, kind) !== null) return `${fault.class} ${fault.code}`
  if (isRenewal(fault)) {
    const words = `${fault.message} ${fault.next}`.replace(/\b(profile) [^\s;]+/gi, '$1')
    return `${fault.class} ${fault.code} ${words}`
  }
  return `${fault.class} ${fault.code} ${fault.next} ${fault.class === 'not-covered' ? kind : ''}`
}

/** Whether a profile has credentials of its own to renew: one login does not help others. */
function isRenewal({ class: kind, login }: Fault): boolean {
  return kind === 'credentials' && login === undefined
}

/** The action that a policy must allow so that a kind can be read; null if the fault is another. */
function deniedAction({ action, next }: Fault, kind: string): string | null {
  return action !== undefined && next === advisePolicy([kind], [action]) ? action : null
}

/** The next step of faults of one cause: of kinds that are denied, one policy for all. */
function nextOf(faults: readonly { readonly fault: Fault; readonly kind: string }[]): string {
  const actions = new Set(faults.flatMap(({ fault, kind }) => deniedAction(fault, kind) ?? []))
  if (actions.size === 0) return faults[0]?.fault.next ?? ''
  return advisePolicy([...new Set(faults.map(({ kind }) => kind))], [...actions])
}

/** Profiles of an account that could not read what another one read, or could not read it either. */
export interface PassedOverGroup {
  /** `acme-prod: read with prod-ro; prod-admin: The SSO session acme is not signed in.` */
  readonly cause: string
  readonly next: string
  readonly scopes: readonly ScopeStatus[]
}

/** Groups them by account, profile and cause, in the order of the scopes. */
export function groupPassedOver(statuses: readonly ScopeStatus[]): readonly PassedOverGroup[] {
  const each = statuses.flatMap((status) => {
    const account = status.accountName ?? status.scope.account ?? status.scope.profile
    const reader = status.fault || status.readBy === null ? '' : `read with ${status.readBy}; `
    return status.others.map(({ profile, fault }) => ({
      status,
      who: `${account}: ${reader}${profile}`,
      fault,
      kind: status.scope.kind,
    }))
  })
  const groups = Map.groupBy(each, ({ who, fault, kind }) => `${who} ${causeOf(fault, kind)}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { who, fault } = first
    return [
      { cause: `${who}: ${fault.message}`, next: nextOf(group), scopes: group.map(({ status }) => status) },
    ]
  })
}

/** The name of a scope for people: `profile/region`, with the kind if it is not the usual one. */
export function nameOfScope({ profile, region, kind }: ScopeStatus['scope']): string {
  const place = `${profile}/${region ?? '*'}`
  return kind === defaultKind.name ? place : `${place}/${kind}`
}

function groupOf(scopes: readonly ScopeStatus[]): Omit<FaultGroup, 'key'> {
  const first = scopes[0] as ScopeStatus
  const shown = scopes.slice(0, 4).map((status) => nameOfScope(status.scope))
  const more = scopes.length > shown.length ? ` and ${scopes.length - shown.length} more` : ''
  const names = `${shown.join(', ')}${more}`
  if (first.fault?.login) {
    const cause = `${first.fault.message.replace(/\.$/, '')}: ${accountsOf(scopes)}`
    return { line: `${cause} (${names})`, cause, byLogin: true, next: first.fault.next, scopes }
  }
  if (first.fault) {
    const { code, message } = first.fault
    const next = nextOf(scopes.flatMap(({ fault, scope: { kind } }) => (fault ? [{ fault, kind }] : [])))
    const kinds = [...new Set(scopes.map(({ scope }) => scope.kind))]
    if (next === first.fault.next || kinds.length === 1) {
      const cause = `${code}: ${message}${code === 'BrokenOff' ? nameOtherRegions(scopes) : ''}`
      const likewise = isRenewal(first.fault) ? countOtherSteps(scopes) : ''
      return { line: `${names} ${cause}`, cause, byLogin: false, next: `${next}${likewise}`, scopes }
    }
    const others = kinds.length === 2 ? `${kinds[1]} are` : `${kinds.length - 1} other kinds are`
    const cause = `${code}: ${message.replace(/\.$/, '')}; ${others} denied as well`
    return { line: `${names} ${cause}`, cause, byLogin: false, next, scopes }
  }
  if (first.state === 'reading') {
    const cause = first.elsewhere ? 'being read by another muster' : 'being read'
    const next = first.elsewhere
      ? 'Ask again when that has ended; `muster status` says how far it has come.'
      : 'Wait for its end.'
    return { line: `${names}: ${cause}`, cause, byLogin: false, next, scopes }
  }
  const isNever = first.state === 'never'
  const cause = isNever ? 'never synced' : 'cut off while it was being read'
  const goesOn = isNever ? '' : ': it goes on where it stopped'
  return {
    line: `${names}: ${cause}`,
    cause,
    byLogin: false,
    next: `Run \`muster sync\`, or the same command without --offline${goesOn}.`,
    scopes,
  }
}

/** Each region has an address of its own; the sentence before it names that of the first. */
function nameOtherRegions(scopes: readonly ScopeStatus[]): string {
  const [first, ...others] = new Set(scopes.map(({ scope }) => scope.region ?? '*'))
  return first === undefined || others.length === 0 ? '' : ` So it was in ${others.join(', ')}.`
}

/** How many other profiles need the step that stands before it; none if they have it in common. */
function countOtherSteps(scopes: readonly ScopeStatus[]): string {
  const others = new Set(scopes.map(({ fault }) => fault?.next)).size - 1
  return others === 0 ? '' : ` The same for ${others === 1 ? '1 other profile' : `${others} other profiles`}.`
}

/** A profile whose account is not known yet counts as one account. */
function accountsOf(scopes: readonly ScopeStatus[]): string {
  const count = new Set(scopes.map(({ scope }) => scope.account ?? `profile ${scope.profile}`)).size
  return count === 1 ? '1 account' : `${count} accounts`
}
