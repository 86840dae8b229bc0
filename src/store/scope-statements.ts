import type { Database } from 'better-sqlite3'
import type { Scope } from '../model.ts'

/** The statements that write the ledger, and what is remembered of profiles and accounts. */
export function prepareLedgerStatements(db: Database) {
  const identity = `(account, region, kind, CASE WHEN account = '' OR region = '' THEN profile ELSE '' END)`
  return {
    count: db.prepare('UPDATE counter SET value = value + 1 RETURNING value').pluck(),
    dropUnresolved: db
      .prepare(
        `DELETE FROM scope WHERE profile = ? AND kind = ? AND (account = '' OR (region = '' AND account = ?))
         RETURNING scope_id`,
      )
      .pluck(),
    dropFaults: db.prepare('DELETE FROM scope_fault WHERE scope_id = ?'),
    standing: db.prepare(
      `SELECT scope_id AS scopeId, began, held_by AS heldBy, token, token_use AS tokenUse, token_at AS tokenAt, pages,
         started_at AS startedAt, state, finished_at AS finishedAt
       FROM scope WHERE account = @account AND region = @region AND kind = @kind`,
    ),
    // A scope without rows lacks no column. What others wrote with another set stays marked until it is filled.
    begin: db
      .prepare(
        `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began, set_id, held_by, started_at,
           attempts, since)
         VALUES (@account, @region, @kind, @profile, 'running', @at, @began, @setId, @syncId, @at, 1, @at)
         ON CONFLICT ${identity} DO UPDATE SET
           profile = @profile, state = 'running', attempted_at = @at, began = @began,
           set_id = CASE WHEN rows = 0 THEN @setId ELSE set_id END, held_by = @syncId, started_at = @at,
           attempts = CASE WHEN since IS NULL THEN 1 ELSE attempts + 1 END, since = coalesce(since, @at),
           throttles = CASE WHEN since IS NULL THEN 0 ELSE throttles END, pages = 0, token = NULL
         RETURNING scope_id`,
      )
      .pluck(),
    goOn: db.prepare(
      `UPDATE scope SET profile = @profile, state = 'running', attempted_at = @at, held_by = @syncId,
         attempts = attempts + 1
       WHERE scope_id = @scopeId`,
    ),
    // A scope that another sync reads is being read, whatever this one met.
    end: db
      .prepare(
        `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began)
         VALUES (@account, @region, @kind, @profile, @state, @at, @began)
         ON CONFLICT ${identity} DO UPDATE SET profile = @profile, state = @state, attempted_at = @at, held_by = NULL
         RETURNING scope_id`,
      )
      .pluck(),
    holder: db.prepare('SELECT held_by FROM scope WHERE scope_id = ?').pluck(),
    pages: db.prepare('SELECT pages FROM scope WHERE scope_id = ?').pluck(),
    rows: db.prepare('SELECT rows FROM scope WHERE scope_id = ?').pluck(),
    added: db.prepare('UPDATE scope SET rows = rows + ?, summed = summed + 1 WHERE scope_id = ?'),
    stored: db.prepare(
      `UPDATE scope SET rows = rows + @added, summed = summed + 1, pages = pages + 1, token = @token, token_use = @use, token_at = @at,
         throttles = throttles + @throttles
       WHERE scope_id = @scopeId`,
    ),
    throttled: db.prepare('UPDATE scope SET throttles = throttles + ? WHERE scope_id = ?'),
    dropToken: db.prepare('UPDATE scope SET token = NULL WHERE scope_id = ?'),
    passOf: db.prepare('SELECT since, pages, attempts FROM scope WHERE scope_id = ?'),
    finish: db.prepare(
      `UPDATE scope SET state = 'complete', synced_at = @syncedAt, finished_at = @at, read_by = @profile, rows = @rows,
         summed = summed + 1,
         set_id = coalesce(set_id, @setId), held_by = NULL, token = NULL, since = NULL, whole = @rows, added = @added,
         changed = @changed, gone = @gone
       WHERE scope_id = @scopeId`,
    ),
    fault: db.prepare(
      'INSERT OR REPLACE INTO scope_fault (scope_id, profile, fault, at) VALUES (?, ?, ?, ?)',
    ),
    forgetFault: db.prepare('DELETE FROM scope_fault WHERE scope_id = ? AND profile = ?'),
    forgetDamage: db.prepare(
      `DELETE FROM scope_fault WHERE scope_id = ? AND instr(fault, '"code":"DamagedRows"') > 0`,
    ),
    heldSetId: db.prepare('SELECT set_id FROM kind WHERE kind = ?').pluck(),
    setIdOfScope: db.prepare('SELECT set_id FROM scope WHERE scope_id = ?').pluck(),
    markScope: db.prepare('UPDATE scope SET set_id = ?, filled = NULL WHERE scope_id = ?'),
    markKind: db.prepare('UPDATE kind SET unfilled = 1 WHERE kind = ?'),
    profile: db.prepare('INSERT OR REPLACE INTO profile VALUES (?, ?, ?, ?)'),
    account: db.prepare(
      `INSERT INTO account (account, name) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET name = excluded.name WHERE told = 0`,
    ),
    nameByOrganisation: db.prepare(
      `INSERT INTO account (account, name, told) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET name = excluded.name, told = 1`,
    ),
    regions: db.prepare(
      `INSERT INTO account (account, regions, regions_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET regions = excluded.regions, regions_at = excluded.regions_at`,
    ),
  }
}

/** A scope as the statements take it. */
export function fieldsOf(scope: Scope) {
  return {
    profile: scope.profile,
    account: scope.account ?? '',
    region: scope.region ?? '',
    kind: scope.kind,
  }
}
