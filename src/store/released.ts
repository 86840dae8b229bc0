import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { ensureTable, tableOf } from './kind-tables.ts'

/** Whether rows of the first released schema wait to be moved. */
export function hasReleasedRows(db: Database): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'resource_released'").get() !== undefined
}

/** Ends the first released schema if it holds nothing, as in a new cache. */
export function dropReleasedIfEmpty(db: Database): void {
  if (hasReleasedRows(db) && db.prepare('SELECT 1 FROM resource_released LIMIT 1').get() === undefined)
    db.exec('DROP TABLE resource_released')
}

/** Moves so many rows of the first released schema into the tables of their kinds, without values; the last one ends it. */
export function moveReleased(db: Database, kinds: readonly Kind[], count: number): void {
  if (!hasReleasedRows(db)) return
  const to = db
    .prepare('SELECT max(resource_id) FROM (SELECT resource_id FROM resource_released ORDER BY 1 LIMIT ?)')
    .pluck()
    .get(count)
  for (const kind of kinds) {
    ensureTable(db, kind)
    db.prepare(
      `INSERT INTO ${tableOf(kind)}
         (_row, _scope, _id, _group, _position, _seen, _seen_at, _first_seen, _changed_at)
       SELECT r.resource_id, r.scope_id, r.id, r.group_id, r.position, r.seen, r.seen_at, r.seen_at, r.seen_at
       FROM resource_released r JOIN scope s ON s.scope_id = r.scope_id
       WHERE r.resource_id <= ? AND s.kind = ?`,
    ).run(to, kind.name)
  }
  db.prepare('DELETE FROM resource_released WHERE resource_id <= ?').run(to)
  dropReleasedIfEmpty(db)
}
