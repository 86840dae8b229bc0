import type { Database } from 'better-sqlite3'

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
    // A scope without rows lacks no column. What others wrote with another set stays marked until it is filled.
    begin: db
      .prepare(
        `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began, set_id)
         VALUES (@account, @region, @kind, @profile, 'running', @at, @began, @setId)
         ON CONFLICT ${identity} DO UPDATE SET
           profile = @profile, state = 'running', attempted_at = @at, began = @began,
           set_id = CASE WHEN rows = 0 THEN @setId ELSE set_id END
         RETURNING scope_id`,
      )
      .pluck(),
    end: db
      .prepare(
        `INSERT INTO scope (account, region, kind, profile, state, attempted_at, began)
         VALUES (@account, @region, @kind, @profile, @state, @at, @began)
         ON CONFLICT ${identity} DO UPDATE SET profile = @profile, state = @state, attempted_at = @at
         RETURNING scope_id`,
      )
      .pluck(),
    finish: db
      .prepare(
        `UPDATE scope SET state = 'complete', synced_at = @at, read_by = @profile, rows = @rows,
           set_id = coalesce(set_id, @setId)
         WHERE scope_id = @scopeId RETURNING rows`,
      )
      .pluck(),
    fault: db.prepare(
      'INSERT OR REPLACE INTO scope_fault (scope_id, profile, fault, at) VALUES (?, ?, ?, ?)',
    ),
    forgetFault: db.prepare('DELETE FROM scope_fault WHERE scope_id = ? AND profile = ?'),
    forgetDamage: db.prepare(
      `DELETE FROM scope_fault WHERE scope_id = ? AND instr(fault, '"code":"DamagedRows"') > 0`,
    ),
    addRows: db.prepare('UPDATE scope SET rows = rows + ? WHERE scope_id = ?'),
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
