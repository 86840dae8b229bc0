import type { SelectedProfile } from '../config/selection.ts'
import type { Session, Sessions } from '../identity/session.ts'
import type { Io } from '../io.ts'
import type { Fault, ResolvedScope, Scope, SyncEvent } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import type { makePool } from './limits.ts'
import type { PlannedProfile } from './plan.ts'
import type { ResolvedProfile } from './resolve.ts'
import type { BegunWriting, Writing } from './writing.ts'

/** What a sync is to read. */
export interface SyncRequest {
  readonly planned: readonly PlannedProfile[]
  /** Names of kinds, the one that people wait for first. */
  readonly kinds: readonly string[]
  /** Patterns of `--account`; an account that turns out not to match is not read. */
  readonly accounts: readonly string[]
  /** The ledger when the sync began, by the key of its scopes. */
  readonly lines: ReadonlyMap<string, LedgerLine>
  /** When it was asked for, in ms since 1970: what another sync has read to its end since then is not read again. */
  readonly beganAt: number
  /** Whether a scope is to be read; those that are fresh enough are left alone. */
  readonly isDue: (scope: Scope) => boolean
  /** Scopes and profiles worked on at once. */
  readonly concurrency: number
  /** MaxResults; null for the kind's largest. */
  readonly pageSize: number | null
}

/** What a sync works with. */
export interface SyncParts {
  readonly sessions: Sessions
  readonly store: Store
  readonly io: Pick<Io, 'env' | 'now' | 'signal' | 'debug'>
  readonly emit: (event: SyncEvent) => void
  /** Who began it ends it. */
  readonly begun: Pick<BegunWriting, 'writing' | 'signal' | 'stop'>
}

/** One running sync. */
export interface SyncRun extends SyncParts {
  readonly request: SyncRequest
  readonly signal: AbortSignal
  /** Ends calls that are on their way: a little later than `signal`, so that a page in hand can be stored. */
  readonly callSignal: AbortSignal
  /** Resolves when no other sync reads a scope any more. */
  readonly waitUntilFree: (scope: ResolvedScope) => Promise<void>
  readonly writing: Writing
  readonly runLimited: ReturnType<typeof makePool>
  /** Every profile that was signed in, or could not be, by name. */
  readonly opened: Map<string, Promise<OpenedProfile>>
  /** What became of scopes that a profile of this run reads, by key: another profile of the account waits its turn. */
  readonly claimed: Map<string, Claim>
}

/** A profile that was signed in, and what it leads to. */
export interface OpenedProfile {
  readonly session: Session
  /** Declared, or proved before it failed; null if neither. */
  readonly account: string | null
  readonly resolved: ResolvedProfile | Fault
}

/** The profile that reads a scope in this run. */
export interface Claim {
  profile: string
  failed: boolean
  /** Profiles that turned out to lead to the account, too. */
  alternates: readonly SelectedProfile[]
}
