import type { Database } from 'better-sqlite3'
import type { Fault, Json, ResolvedScope, Resource, Scope } from '../model.ts'
import { slots } from './migrations.ts'
import { explained, type Store } from './open.ts'

/** A resource with what its kind's columns gave, and the text that the filter looks into. */
export interface StoredRow {
  readonly resource: Resource
  /** At most as many as the store has slots, in the order of the kind's columns. */
  readonly values: readonly Json[]
  readonly search: string
}

/** One attempt to read a scope to its end. */
export interface Attempt {
  readonly scopeId: number
  /** The counter when the attempt began: rows that were seen before it have gone once it is complete. */
  readonly began: number
}

export type Writer = ReturnType<typeof makeWriter>

/** The writing side of the cache. Every function is one transaction: all of it is stored, or nothing. */
export function makeWriter(store: Store) {
  const { db } = store
  const sql = prepare(db)
  const atomically = <A extends unknown[], T>(work: (...args: A) => T) => {
    const transaction = db.transaction(work).immediate
    return (...args: A): T => explained(store.file, () => transaction(...args))
  }
  return {
    /** Notes that the reading of a scope begins; its rows stay until it is complete. */
    beginScope: atomically((scope: ResolvedScope, at: number): Attempt => {
      sql.dropUnresolved.run(scope.profile, scope.kind, scope.account)
      const began = sql.count.get() as number
      const scopeId = sql.begin.get({ ...scope, at, began }) as number
      return { scopeId, began }
    }),

    /** Stores one page: new resources are added, known ones replaced. */
    savePage: atomically(
      (attempt: Attempt, rows: readonly StoredRow[], positions: readonly number[], at: number): void => {
        const seen = sql.count.get() as number
        const first = attempt.scopeId * 2 ** 32
        let next = Math.max(first, (sql.lastId.get(first, first + 2 ** 32 - 1) as number | null) ?? 0) + 1
        rows.forEach(({ resource, values, search }, index) => {
          const cells = slots.map((_, slot) => cell(values[slot] ?? null))
          const group = resource.group
          const id = sql.upsert.get(
            next,
            attempt.scopeId,
            resource.id,
            group?.id ?? null,
            positions[index] ?? 0,
            seen,
            at,
            ...cells,
          ) as number
          if (id === next) next += 1
          sql.document.run(id, JSON.stringify(resource.body), group ? JSON.stringify(group.fields) : null)
          sql.search.run(id, search)
        })
      },
    ),

    /** The scope was read to its end: what it no longer holds goes. Gives the number of its rows. */
    finishScope: atomically((attempt: Attempt, at: number): number => {
      const from = attempt.scopeId * 2 ** 32
      const to = from + 2 ** 32 - 1
      const gone = sql.gone.all(from, to, attempt.began) as number[]
      for (const id of gone) for (const statement of sql.forget) statement.run(id)
      sql.finish.run({ scopeId: attempt.scopeId, at })
      return sql.rows.get(from, to) as number
    }),

    /** The scope could not be read: its rows stay, its fault is named. */
    failScope: atomically((scope: Scope, fault: Fault, at: number): void => {
      const began = sql.count.get() as number
      sql.fail.run({ ...named(scope), at, began, fault: JSON.stringify(fault), state: 'failed' })
    }),

    /** The region is not enabled in the account: there is nothing to read. */
    skipScope: atomically((scope: ResolvedScope, at: number): void => {
      const began = sql.count.get() as number
      sql.dropUnresolved.run(scope.profile, scope.kind, scope.account)
      sql.fail.run({ ...named(scope), at, began, fault: null, state: 'skipped' })
    }),

    /** Remembers which account a profile leads to, for offline work. */
    rememberProfile: atomically((profile: string, fingerprint: string, account: string, at: number): void => {
      sql.profile.run(profile, fingerprint, account, at)
      sql.account.run(account, profile)
    }),

    /** Remembers what the organisation calls its accounts: id and name. */
    nameAccounts: atomically((names: readonly (readonly [account: string, name: string])[]): void => {
      for (const [account, name] of names) sql.named.run(account, name)
    }),

    /** Remembers the regions that are enabled in an account. */
    rememberRegions: atomically((account: string, regions: readonly string[], at: number): void => {
      sql.regions.run(account, JSON.stringify(regions), at)
    }),
  }
}

function prepare(db: Database) {
  const values = slots.map(() => '?').join(', ')
  const replaced = slots.map((slot) => `${slot} = excluded.${slot}`).join(', ')
  const identity = `(account, region, kind, CASE WHEN account = '' OR region = '' THEN profile ELSE '' END)`
  return {
    count: db.prepare('UPDATE counter SET value = value + 1 RETURNING value').pluck(),
    dropUnresolved: db.prepare(
      "DELETE FROM scope WHERE profile = ? AND kind = ? AND (account = '' OR (region = '' AND account = ?))",
    ),
    begin: db
      .prepare(
        `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began)
         VALUES (@account, @region, @kind, @profile, 'running', @at, @began)
         ON CONFLICT ${identity} DO UPDATE SET
           profile = @profile, state = 'running', attempted_at = @at, began = @began
         RETURNING scope_id`,
      )
      .pluck(),
    fail: db.prepare(
      `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began, fault)
       VALUES (@account, @region, @kind, @profile, @state, @at, @began, @fault)
       ON CONFLICT ${identity} DO UPDATE SET
         profile = @profile, state = @state, attempted_at = @at, fault = @fault`,
    ),
    lastId: db.prepare('SELECT max(resource_id) FROM resource WHERE resource_id BETWEEN ? AND ?').pluck(),
    upsert: db
      .prepare(
        `INSERT INTO resource (resource_id, scope_id, id, group_id, position, seen, seen_at, ${slots.join(', ')})
         VALUES (?, ?, ?, ?, ?, ?, ?, ${values})
         ON CONFLICT (scope_id, id) DO UPDATE SET group_id = excluded.group_id, position = excluded.position,
           seen = excluded.seen, seen_at = excluded.seen_at, ${replaced}
         RETURNING resource_id`,
      )
      .pluck(),
    document: db.prepare('INSERT OR REPLACE INTO document VALUES (?, jsonb(?), ?)'),
    search: db.prepare('INSERT OR REPLACE INTO search VALUES (?, ?)'),
    gone: db
      .prepare('SELECT resource_id FROM resource WHERE resource_id BETWEEN ? AND ? AND seen < ?')
      .pluck(),
    forget: ['resource', 'document', 'search'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE resource_id = ?`),
    ),
    finish: db.prepare(
      "UPDATE scope SET state = 'complete', synced_at = @at, fault = NULL WHERE scope_id = @scopeId",
    ),
    rows: db.prepare('SELECT count(*) FROM resource WHERE resource_id BETWEEN ? AND ?').pluck(),
    profile: db.prepare('INSERT OR REPLACE INTO profile VALUES (?, ?, ?, ?)'),
    account: db.prepare(
      `INSERT INTO account (account, name) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET name = excluded.name WHERE told = 0`,
    ),
    named: db.prepare(
      `INSERT INTO account (account, name, told) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET name = excluded.name, told = 1`,
    ),
    regions: db.prepare(
      `INSERT INTO account (account, regions, regions_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET regions = excluded.regions, regions_at = excluded.regions_at`,
    ),
  }
}

function named(scope: Scope) {
  return {
    profile: scope.profile,
    account: scope.account ?? '',
    region: scope.region ?? '',
    kind: scope.kind,
  }
}

function cell(value: Json): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
