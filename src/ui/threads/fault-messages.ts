import type { FaultGroup } from '../../query/coverage.ts'

/** The causes of what is missing, for the page of faults. */
export interface FaultReport {
  readonly missing: readonly FaultLines[]
  readonly accepted: readonly FaultLines[]
  /** Profiles that could not read what another profile of the account did. */
  readonly others: readonly FaultLines[]
  readonly skipped: number
  /** What a running sync tries again later. */
  readonly waiting: readonly WaitingScope[]
}

export interface FaultLines extends Pick<FaultGroup, 'key' | 'cause' | 'next'> {
  /** What AWS says, if the cause is said more shortly. */
  readonly words: string | null
  /** Whether they failed, rather than were not read yet or cut off. */
  readonly failed: boolean
  readonly scopes: readonly FaultScope[]
}

/** A scope by the names that people know. */
export interface FaultScope {
  /** Its name, or its number, or that of the profile. */
  readonly account: string
  readonly profile: string
  /** Null for all that the account has, which are not known as long as nobody has access. */
  readonly region: string | null
  /** Null for the kind of the table. */
  readonly kind: string | null
}

/** A call that failed and is tried again. */
export interface Retry {
  /** Of the scope. */
  readonly key: string
  /** Whether AWS throttled it, rather than failed by itself, or the network did. */
  readonly throttled: boolean
  /** When it is tried again, in ms since 1970. */
  readonly until: number
  /** How often it failed so. */
  readonly tries: number
  /** How often AWS throttled it meanwhile. */
  readonly throttles: number
}

export interface WaitingScope extends FaultScope, Omit<Retry, 'key'> {}
