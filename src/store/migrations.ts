import type { Database } from 'better-sqlite3'
import { columnSlots, kinds } from '../kinds.ts'

/** Slots of `resource`, `c0` …: the values of a kind's columns, in the order of `kinds`. */
export const slots = Array.from({ length: columnSlots }, (_, index) => `c${index}`)

/**
 * Append-only: a migration that has been released is never edited, only followed by another. Its name is
 * stored in `migration`; the number of them is the file's version.
 */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '1 inventory',
    sql: `
      CREATE TABLE counter (value INTEGER NOT NULL);
      INSERT INTO counter VALUES (0);

      -- What GetCallerIdentity proved of a profile; fingerprint: what the profile said then.
      CREATE TABLE profile (
        profile TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, account TEXT NOT NULL, proven_at INTEGER NOT NULL
      ) WITHOUT ROWID;

      -- regions: JSON list of the regions enabled in the account; null while not listed.
      CREATE TABLE account (
        account TEXT PRIMARY KEY, name TEXT, regions TEXT, regions_at INTEGER
      ) WITHOUT ROWID;

      -- The ledger. Account or region '' stands for "not known yet". State is that of the last attempt:
      -- running, complete, failed or skipped; synced_at the time of the last complete one.
      CREATE TABLE scope (
        scope_id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
        profile TEXT NOT NULL, state TEXT NOT NULL, attempted_at INTEGER NOT NULL, synced_at INTEGER,
        began INTEGER NOT NULL, fault TEXT
      );
      CREATE UNIQUE INDEX scope_identity
        ON scope (account, region, kind, CASE WHEN account = '' OR region = '' THEN profile ELSE '' END);

      -- resource_id is scope_id * 2^32 + n, so that the rows of a scope lie together. seen: the counter when
      -- the row last came in; position: its place in the order in which AWS gave the scope.
      CREATE TABLE resource (
        resource_id INTEGER PRIMARY KEY, scope_id INTEGER NOT NULL, id TEXT NOT NULL, group_id TEXT,
        position INTEGER NOT NULL, seen INTEGER NOT NULL, seen_at INTEGER NOT NULL, ${slots.join(', ')}
      );
      CREATE UNIQUE INDEX resource_identity ON resource (scope_id, id);

      -- The whole resource (JSONB) and the fields of the list it came in (JSON), apart: a scan of the narrow
      -- columns at a million rows takes 93 ms without the documents between them and 1.8 s with them.
      CREATE TABLE document (resource_id INTEGER PRIMARY KEY, body BLOB NOT NULL, group_fields TEXT);

      -- Lower-case text of the columns and tags, for the text filter.
      CREATE TABLE search (resource_id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    `,
  },
  {
    name: '2 names of the organisation',
    sql: `
      -- 1 where the name is the organisation's own, which no profile's name replaces.
      ALTER TABLE account ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
    `,
  },
]

/**
 * Makes one documented view per kind (`instances`, `volumes` …), which any SQLite tool can read: the origin,
 * every column by its name, `synced_at` of the scope and the `document` as JSON text.
 */
export function defineViews(db: Database): void {
  for (const kind of kinds) {
    const columns = kind.columns.map(({ name }, index) => `r.c${index} AS "${name}"`)
    const sql = `CREATE VIEW "${kind.name}" AS SELECT s.account AS AccountId, a.name AS AccountName, s.profile AS Profile, s.region AS Region, ${columns.join(', ')}, datetime(s.synced_at / 1000, 'unixepoch') AS synced_at, json(d.body) AS document FROM scope s JOIN resource r ON r.resource_id BETWEEN s.scope_id << 32 AND (s.scope_id << 32) + 4294967295 JOIN document d ON d.resource_id = r.resource_id LEFT JOIN account a ON a.account = s.account WHERE s.kind = '${kind.name}'`
    const current = db
      .prepare('SELECT sql FROM sqlite_master WHERE type = ? AND name = ?')
      .pluck()
      .get('view', kind.name)
    if (current === sql) continue
    db.exec(`DROP VIEW IF EXISTS "${kind.name}"; ${sql}`)
  }
}
