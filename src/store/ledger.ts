import type { Changes, Fault, ProfileFault, ResolvedScope, Scope, ScopeStatus } from '../model.ts'
import { DamagedCache } from './damage.ts'
import type { Store } from './open-store.ts'
import { readLiveSyncs } from './running-syncs.ts'
import { withStoreErrors } from './store-errors.ts'
import { columnsOfScope, isSpoilt } from './twins.ts'

/** What is remembered of a profile: the account it was proven to lead to, and what the profile said then. */
export interface RememberedProfile {
  readonly fingerprint: string
  readonly account: string
}

/** A line of the ledger. */
export interface LedgerLine {
  readonly scopeId: number
  readonly scope: Scope
  readonly accountName: string | null
  readonly state: 'running' | 'complete' | 'failed' | 'skipped'
  readonly attemptedAt: number
  readonly syncedAt: number | null
  readonly rows: number
  /** The profile that last read it to its end. */
  readonly readBy: string | null
  /** What kept each profile from reading it that failed when it last tried; times in ms since 1970. */
  readonly faults: readonly (ProfileFault & { readonly at: number })[]
  /** Whether a sync reads it just now, of this process or of another one; null if none does. */
  readonly reading: 'here' | 'elsewhere' | null
  /** The last pass over its pages: how many were stored, and when it began and was read to its end. */
  readonly pages: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** How often it was tried, and throttled, since a pass was last complete before this one. */
  readonly attempts: number
  readonly throttles: number
  /** What the last complete pass changed; null if there was none, or an older muster made it. */
  readonly changes: Changes | null
}

/** Every remembered profile by name. */
export function readRememberedProfiles(store: Store): ReadonlyMap<string, RememberedProfile> {
  const rows = withStoreErrors(store.file, () =>
    store.db.prepare('SELECT profile, fingerprint, account FROM profile').all(),
  ) as (RememberedProfile & { profile: string })[]
  return new Map(rows.map(({ profile, ...remembered }) => [profile, remembered]))
}

/** The enabled regions of every account whose regions were listed, by account. */
export function readRememberedRegions(store: Store): ReadonlyMap<string, readonly string[]> {
  const rows = withStoreErrors(store.file, () =>
    store.db.prepare('SELECT account, regions FROM account WHERE regions IS NOT NULL').all(),
  ) as { account: string; regions: string }[]
  return new Map(rows.map(({ account, regions }) => [account, regionsIn(store.file, account, regions)]))
}

/** All of these regions, in their order. */
export function readEnabledRegions(store: Store): readonly string[] {
  return [...new Set([...readRememberedRegions(store).values()].flat())].sort()
}

const listOfKinds = 'SELECT value FROM json_each(?)'

/** The ledger, ordered by account name, region and kind: of some kinds, or the whole. */
export function readLedger(store: Store, kinds: readonly string[] | null = null): readonly LedgerLine[] {
  if (kinds === null) return readLines(store, '', [])
  return readLines(store, `WHERE s.kind IN (${listOfKinds})`, [JSON.stringify(kinds)])
}

/** The line of one scope whose account and region are known; undefined if it was never tried. */
export function readLine(store: Store, { account, region, kind }: ResolvedScope): LedgerLine | undefined {
  return readLines(store, 'WHERE s.account = ? AND s.region = ? AND s.kind = ?', [account, region, kind])[0]
}

function readLines(store: Store, where: string, wanted: readonly string[]): readonly LedgerLine[] {
  const lines = withStoreErrors(store.file, () =>
    store.db
      .prepare(
        `SELECT s.scope_id, s.account, s.region, s.kind, s.profile, s.state, s.attempted_at, s.synced_at, s.rows,
           s.read_by, a.name, s.held_by, s.pages, s.started_at, s.finished_at, s.attempts, s.throttles, s.added,
           s.changed, s.gone, s.again
         FROM scope s LEFT JOIN account a USING (account)
         ${where}
         ORDER BY coalesce(a.name, s.profile), s.region, s.kind`,
      )
      .all(...wanted),
  ) as LedgerRow[]
  const faults = readFaultsByScope(store, where, wanted)
  const wrong = lines.find((row) => !isLedgerRow(row))
  if (wrong) throw new DamagedCache(store.file, `line ${wrong.scope_id} of the ledger is not what was stored`)
  const live = withStoreErrors(store.file, () => readLiveSyncs(store.db))
  return lines.map((row) => ({
    ...lineOf(row, faults.get(row.scope_id) ?? []),
    reading: (row.held_by !== null && live.get(row.held_by)) || null,
  }))
}

/** The keys of the scopes that a sync of another process, or of this one, reads just now. */
export function readHeldScopes({ db, file }: Store): ReadonlySet<string> {
  return withStoreErrors(file, () => {
    const live = readLiveSyncs(db)
    const rows = db
      .prepare('SELECT account, region, kind, profile, held_by FROM scope WHERE held_by IS NOT NULL')
      .all() as (Pick<LedgerRow, 'account' | 'region' | 'kind' | 'profile'> & { held_by: number })[]
    return new Set(rows.filter(({ held_by }) => live.has(held_by)).map(scopeKey))
  })
}

/** The text that names a scope in the ledger: two scopes are the same exactly when their keys are. */
export function scopeKey(scope: Scope): string {
  const { account, region, kind, profile } = scope
  const unresolved = account === null || region === null ? profile : ''
  // In one piece: V8 keeps what is put together by a template as its parts, in twice the memory.
  return [account ?? '', region ?? '', kind, unresolved].join('/')
}

/** What decides where a scope stands. */
export interface StatusOptions {
  /** In ms since 1970. */
  readonly now: number
  /** In ms. */
  readonly fresh: number
  readonly accepted: (scope: Scope, fault: Fault) => boolean
  /** When the oldest row that a line stands for came in. */
  readonly oldestAt: (line: LedgerLine) => number | null
}

/**
 * Where a scope stands for some profiles of its account, the preferred first, from its line of the ledger (undefined:
 * never tried). What other profiles of the account met is their own affair.
 */
export function statusOf(
  scope: Scope,
  line: LedgerLine | undefined,
  profiles: readonly string[],
  options: StatusOptions,
): ScopeStatus {
  if (!line) {
    const nothing = {
      accountName: null,
      syncedAt: null,
      oldestAt: null,
      rows: 0,
      fault: null,
      readBy: null,
      others: [],
    }
    return { scope, state: 'never', accepted: false, ...nothing }
  }
  const { accountName, syncedAt, rows, readBy, reading } = line
  const faults = profiles.flatMap((name) => line.faults.filter(({ profile }) => profile === name))
  const state = stateOf(line, profiles, faults, options)
  const [first, ...rest] = state === 'failed' ? faults : []
  const fault = first?.fault ?? null
  // What a profile met before it began anew says nothing of the reading that it is at, or was cut off in.
  const reader = line.state === 'running' ? line.scope.profile : null
  const passedOver = faults.filter(({ profile }) => profile !== readBy && profile !== reader)
  const others = first ? rest : passedOver
  const accepted = fault !== null && options.accepted(scope, fault)
  const oldestAt = options.oldestAt(line)
  const standing = { scope, accountName, state, syncedAt, oldestAt, rows, fault, readBy, others, accepted }
  return state === 'reading' ? { ...standing, elsewhere: reading === 'elsewhere' } : standing
}

function stateOf(
  line: LedgerLine,
  profiles: readonly string[],
  faults: LedgerLine['faults'],
  { now, fresh }: StatusOptions,
): ScopeStatus['state'] {
  const { state, scope, syncedAt, rows, reading } = line
  if (state === 'running' && reading === null) return 'interrupted'
  // What is read again replaces rows one by one, and only its end removes any: until then the rows are as fresh as before.
  if (state === 'running') return syncedAt !== null && isWithin(fresh, syncedAt, now) ? 'fresh' : 'reading'
  if (state === 'skipped') return 'skipped'
  if (state === 'failed') {
    const mine = profiles.includes(scope.profile)
    // Times of a clock that was set back meanwhile are in no order.
    const since = syncedAt === null || syncedAt > now ? -1 : syncedAt
    if (mine || faults.some(({ at }) => at > since)) return 'failed'
  }
  if (syncedAt === null) return rows > 0 ? 'interrupted' : 'never'
  return isWithin(fresh, syncedAt, now) ? 'fresh' : 'stale'
}

/** Whether a time is at most so long ago. One still to come is not: the clock was set back, and its age is unknown. */
export function isWithin(span: number, at: number, now: number): boolean {
  return at <= now && now - at <= span
}

/** Whether the scope's account and region are known. */
export function isResolved(scope: Scope): scope is ResolvedScope {
  return scope.account !== null && scope.region !== null
}

/** A line as it is stored. */
export interface LedgerRow {
  scope_id: number
  account: string
  region: string
  kind: string
  profile: string
  state: LedgerLine['state']
  attempted_at: number
  synced_at: number | null
  read_by: string | null
  name: string | null
  rows: number
  held_by: number | null
  pages: number
  started_at: number | null
  finished_at: number | null
  attempts: number
  throttles: number
  added: number | null
  changed: number | null
  gone: number | null
  /** Some of it once more (twins.ts). */
  again: string | null
}

function readFaultsByScope(
  { db, file }: Store,
  where: string,
  wanted: readonly string[],
): ReadonlyMap<number, LedgerLine['faults']> {
  const ofScopes = where === '' ? '' : `WHERE scope_id IN (SELECT s.scope_id FROM scope s ${where})`
  const rows = withStoreErrors(file, () =>
    db.prepare(`SELECT scope_id, profile, fault, at FROM scope_fault ${ofScopes} ORDER BY at`).all(...wanted),
  ) as { scope_id: number; profile: string; fault: string; at: number }[]
  const faults = new Map<number, { profile: string; fault: Fault; at: number }[]>()
  for (const { scope_id, profile, fault, at } of rows) {
    const known = faults.get(scope_id) ?? []
    faults.set(scope_id, known)
    known.push({ profile, fault: faultIn(file, fault), at })
  }
  return faults
}

const states: readonly string[] = ['running', 'complete', 'failed', 'skipped'] satisfies LedgerLine['state'][]

/**
 * Whether a line can have been stored: a flipped bit makes another type, another word, a number that none can be, or a line
 * that differs from its second text.
 */
export function isLedgerRow(row: LedgerRow): boolean {
  const texts = [row.account, row.region, row.kind, row.profile, row.state]
  const times = [row.attempted_at, row.synced_at, row.rows, ...figuresOf(row)].map((value) => value ?? 0)
  return (
    texts.every((text) => typeof text === 'string') &&
    times.every((time) => Number.isSafeInteger(time) && time >= 0 && time <= latest) &&
    [row.read_by, row.name].every((text) => text === null || typeof text === 'string') &&
    states.includes(row.state) &&
    !isSpoilt(row, columnsOfScope)
  )
}

/** Null where nothing was noted; missing in a file of an older version. */
function figuresOf(row: LedgerRow): readonly (number | null | undefined)[] {
  const { pages, started_at, finished_at, attempts, throttles, added, changed, gone } = row
  return [pages, started_at, finished_at, attempts, throttles, added, changed, gone]
}

/** The last time that a Date can hold. */
const latest = 8.64e15

function regionsIn(file: string, account: string, text: string): readonly string[] {
  const regions = parseJson(text)
  if (Array.isArray(regions) && regions.every((region) => typeof region === 'string')) return regions
  throw new DamagedCache(file, `the regions of account ${account} are not what was stored`)
}

function faultIn(file: string, text: string): Fault {
  const fault = parseJson(text)
  const words = ['class', 'code', 'message', 'next'] as const
  if (words.every((word) => typeof (fault as Partial<Fault> | null)?.[word] === 'string'))
    return fault as Fault
  throw new DamagedCache(file, 'a fault in the ledger is not what was stored')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A line of the ledger, of its row and what each profile met. */
export function lineOf(row: LedgerRow, faults: LedgerLine['faults']): LedgerLine {
  return {
    scopeId: row.scope_id,
    scope: { profile: row.profile, account: row.account || null, region: row.region || null, kind: row.kind },
    accountName: row.name,
    state: row.state,
    attemptedAt: row.attempted_at,
    syncedAt: row.synced_at,
    rows: row.rows,
    readBy: row.read_by,
    faults,
    reading: null,
    pages: row.pages,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempts: row.attempts,
    throttles: row.throttles,
    changes: row.added === null ? null : { added: row.added, changed: row.changed ?? 0, gone: row.gone ?? 0 },
  }
}
