import type { Fault, Kind, ResolvedScope, Scope } from '../model.ts'
import type { StoredRow } from './cells.ts'
import { type GoneLimits, prepareGoneStatements } from './gone.ts'
import { ensureTable, kindNamed, setIdOf } from './kind-tables.ts'
import { type KindWriter, makeKindWriter } from './kind-writer.ts'
import type { Store } from './open-store.ts'
import { prepareLedgerStatements } from './scope-statements.ts'
import { withStoreErrors } from './store-errors.ts'

/** One attempt to read a scope to its end. */
export interface Attempt {
  readonly scopeId: number
  readonly kind: string
  readonly profile: string
  /** The counter when the attempt began: rows that were seen before it are gone once it is complete. */
  readonly began: number
}

const usualLimits: GoneLimits = { keep: 30 * 86_400_000, bytes: 100_000_000 }

/** What `makeWriter` gives. */
export type Writer = ReturnType<typeof makeWriter>

/** The writing side of the cache. Every function is one transaction: all of it is stored, or nothing. */
export function makeWriter(store: Store, limits: GoneLimits = usualLimits) {
  const { db } = store
  const sql = prepareLedgerStatements(db)
  const gone = prepareGoneStatements(db, limits)
  const asTransaction = <A extends unknown[], T>(work: (...args: A) => T) => {
    const transaction = db.transaction(work).immediate
    return (...args: A): T => withStoreErrors(store.file, () => transaction(...args))
  }

  const writers = new Map<string, KindWriter>()
  /** Another muster may have changed the table since the last page. */
  const writerOf = (kind: Kind): KindWriter => {
    let writer = writers.get(kind.name)
    if (writer?.heldSetId !== sql.heldSetId.get(kind.name)) {
      writer = makeKindWriter(db, kind)
      writers.set(kind.name, writer)
    }
    return writer as KindWriter
  }
  const kindOf = (name: string): Kind => {
    const kind = kindNamed(store.kinds, name)
    if (!kind) throw new Error(`the cache was opened without ${name}`)
    return kind
  }
  const dropUnresolved = (scope: ResolvedScope) => {
    const dropped = sql.dropUnresolved.all(scope.profile, scope.kind, scope.account) as number[]
    for (const scopeId of dropped) sql.dropFaults.run(scopeId)
  }

  return {
    /** Notes that the reading of a scope begins; its rows stay until it is complete. */
    beginScope: asTransaction((scope: ResolvedScope, at: number): Attempt => {
      dropUnresolved(scope)
      const began = sql.count.get() as number
      const kind = kindOf(scope.kind)
      ensureTable(db, kind)
      const setId = setIdOf(kind)
      const scopeId = sql.begin.get({ ...scope, at, began, setId }) as number
      return { scopeId, kind: scope.kind, profile: scope.profile, began }
    }),

    /** Stores one page: new resources are added, known ones replaced. */
    savePage: asTransaction(
      (attempt: Attempt, rows: readonly StoredRow[], positions: readonly number[], at: number): void => {
        const { scopeId } = attempt
        const kind = kindOf(attempt.kind)
        const writer = writerOf(kind)
        const seen = sql.count.get() as number
        const setId = setIdOf(kind)
        const mustWrite = sql.setIdOfScope.get(scopeId) !== setId
        const someGone = gone.hasGone(scopeId)
        const first = writer.nextRow(scopeId)
        let next = first
        rows.forEach((each, index) => {
          const place = { scopeId, position: positions[index] ?? 0, seen, at }
          if (writer.save(each, place, next, mustWrite) !== next) return
          const before = someGone ? gone.takeBack(scopeId, each.resource.id) : null
          if (before !== null) writer.restoreFirstSeen(next, before)
          next += 1
        })
        if (next > first) sql.addRows.run(next - first, scopeId)
        // The rows lack what a newer muster keeps beside: it fills that in.
        if (!writer.writesAll) {
          sql.markScope.run(setId, scopeId)
          sql.markKind.run(kind.name)
        }
      },
    ),

    /** The scope was read to its end: what it no longer holds goes. Gives the number of its rows. */
    finishScope: asTransaction((attempt: Attempt, at: number): number => {
      const { scopeId, profile } = attempt
      const kind = kindOf(attempt.kind)
      const writer = writerOf(kind)
      writer.removeUnseen(scopeId, attempt.began, at)
      gone.prune(at)
      sql.forgetFault.run(scopeId, profile)
      if (sql.forgetDamage.run(scopeId).changes > 0) writer.removeStrays(scopeId)
      // Counted anew: the number in the ledger may have been damaged, or rows may have been lost.
      const found = { rows: writer.countRows(scopeId), setId: writer.writesAll ? setIdOf(kind) : null }
      return sql.finish.get({ scopeId, at, profile, ...found }) as number
    }),

    /** The scope could not be read: its rows stay, its fault is named. */
    failScope: asTransaction((scope: Scope, fault: Fault, at: number): void => {
      const began = sql.count.get() as number
      const scopeId = sql.end.get({ ...fieldsOf(scope), at, began, state: 'failed' }) as number
      sql.fault.run(scopeId, scope.profile, JSON.stringify(fault), at)
    }),

    /** The region is not enabled in the account: there is nothing to read. */
    skipScope: asTransaction((scope: ResolvedScope, at: number): void => {
      dropUnresolved(scope)
      const began = sql.count.get() as number
      const scopeId = sql.end.get({ ...fieldsOf(scope), at, began, state: 'skipped' }) as number
      sql.forgetFault.run(scopeId, scope.profile)
    }),

    /** Remembers which account a profile leads to, for offline work. */
    rememberProfile: asTransaction(
      (profile: string, fingerprint: string, account: string, at: number): void => {
        sql.profile.run(profile, fingerprint, account, at)
        sql.account.run(account, profile)
      },
    ),

    /** Remembers what the organisation calls its accounts: id and name. */
    nameAccounts: asTransaction((names: readonly (readonly [account: string, name: string])[]): void => {
      for (const [account, name] of names) sql.nameByOrganisation.run(account, name)
    }),

    /** Remembers the regions that are enabled in an account. */
    rememberRegions: asTransaction((account: string, regions: readonly string[], at: number): void => {
      sql.regions.run(account, JSON.stringify(regions), at)
    }),
  }
}

function fieldsOf(scope: Scope) {
  return {
    profile: scope.profile,
    account: scope.account ?? '',
    region: scope.region ?? '',
    kind: scope.kind,
  }
}
