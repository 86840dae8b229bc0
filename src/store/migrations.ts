import { columnsOfAccount, columnsOfScope, twinOfAccount, twinOfScope } from './twins.ts'

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
        position INTEGER NOT NULL, seen INTEGER NOT NULL, seen_at INTEGER NOT NULL, c0, c1, c2, c3,
        c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15
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
  {
    name: '3 a table for each kind',
    sql: `
      -- Rows were kept in slots by the place of their column: they move, piece by piece, into the tables of their kinds
      -- (fill.ts), and this one goes when it is empty.
      DROP VIEW IF EXISTS instances;
      DROP VIEW IF EXISTS volumes;
      DROP INDEX resource_identity;
      ALTER TABLE resource RENAME TO resource_released;

      -- The columns that the table of a kind holds, with the edition of the kind that decided it. columns: JSON list
      -- of {name, expression, type}; set_id: its hash; view_edition: that of the kind's view; unfilled: 1 if rows may
      -- have been written with another set.
      CREATE TABLE kind (
        kind TEXT PRIMARY KEY, edition INTEGER NOT NULL, set_id TEXT NOT NULL, columns TEXT NOT NULL,
        view_edition INTEGER NOT NULL DEFAULT 0, unfilled INTEGER NOT NULL
      ) WITHOUT ROWID;

      -- rows: how many the scope has. set_id: the set of columns that all of them have; null until they have one, and
      -- filled is then the last row that has it. read_by: the profile that last read the scope to its end.
      ALTER TABLE scope ADD COLUMN rows INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE scope ADD COLUMN set_id TEXT;
      ALTER TABLE scope ADD COLUMN filled INTEGER;
      ALTER TABLE scope ADD COLUMN read_by TEXT;
      UPDATE scope SET read_by = profile WHERE synced_at IS NOT NULL;
      UPDATE scope SET rows = (SELECT count(*) FROM resource_released r
        WHERE r.resource_id BETWEEN scope.scope_id << 32 AND (scope.scope_id << 32) + 4294967295);

      -- Why a profile could not read a scope when it last tried: each of an account's profiles has its own reason.
      CREATE TABLE scope_fault (
        scope_id INTEGER NOT NULL, profile TEXT NOT NULL, fault TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (scope_id, profile)
      ) WITHOUT ROWID;
      INSERT INTO scope_fault SELECT scope_id, profile, fault, attempted_at FROM scope WHERE fault IS NOT NULL;
      ALTER TABLE scope DROP COLUMN fault;

      -- Resources that a complete reading of their scope no longer gave. No answer, count or view looks at them.
      CREATE TABLE gone (
        scope_id INTEGER NOT NULL, id TEXT NOT NULL, group_id TEXT, group_fields TEXT, body BLOB NOT NULL,
        first_seen INTEGER NOT NULL, changed_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, gone_at INTEGER NOT NULL,
        bytes INTEGER NOT NULL, PRIMARY KEY (scope_id, id)
      );
      CREATE INDEX gone_age ON gone (gone_at, bytes);

      -- What a resource mentions: ids and addresses, as text.
      CREATE TABLE mention (resource_id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    `,
  },
  {
    name: '4 readings that go on',
    sql: `
      -- A sync that runs, or was cut off. selection: a hash of what it was to read; host, boot, namespace (of process
      -- ids), process and started name its process; heartbeat: when it last said that it is alive; ended: 1 if it was
      -- cut off in an orderly way. Times are in ms since 1970.
      CREATE TABLE sync (
        sync_id INTEGER PRIMARY KEY, selection TEXT NOT NULL, began_at INTEGER NOT NULL, host TEXT NOT NULL,
        boot TEXT NOT NULL, namespace TEXT NOT NULL, process INTEGER NOT NULL, started TEXT NOT NULL,
        heartbeat INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0
      );

      -- A pass is the reading of all pages of a scope, by one sync or by several one after the other. held_by: the sync
      -- that reads the scope; token: leads to the page after the last that was stored, token_use says what it was given
      -- for, token_at when; pages, started_at, attempts and throttles are those of the pass; finished_at: when a pass
      -- last came to its end. since: when the first pass began that has not come to its end, and whole: the rows that
      -- the scope had before; added, changed and gone: what the last complete pass did.
      ALTER TABLE scope ADD COLUMN held_by INTEGER;
      ALTER TABLE scope ADD COLUMN token TEXT;
      ALTER TABLE scope ADD COLUMN token_use TEXT;
      ALTER TABLE scope ADD COLUMN token_at INTEGER;
      ALTER TABLE scope ADD COLUMN pages INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE scope ADD COLUMN started_at INTEGER;
      ALTER TABLE scope ADD COLUMN finished_at INTEGER;
      ALTER TABLE scope ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE scope ADD COLUMN throttles INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE scope ADD COLUMN since INTEGER;
      ALTER TABLE scope ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE scope ADD COLUMN added INTEGER;
      ALTER TABLE scope ADD COLUMN changed INTEGER;
      ALTER TABLE scope ADD COLUMN gone INTEGER;
      UPDATE scope SET whole = rows, finished_at = synced_at WHERE synced_at IS NOT NULL;
      CREATE INDEX scope_held ON scope (held_by) WHERE held_by IS NOT NULL;
    `,
  },
  {
    name: '5 texts of answers',
    sql: `
      -- A hash of the text that a row was read from, and of what decides how it is stored: a row is not written again if
      -- AWS gives the same text. A row whose text is not known has none.
      CREATE TABLE answer_text (resource_id INTEGER PRIMARY KEY, hash TEXT NOT NULL);
    `,
  },
  {
    name: '6 pages of answers',
    sql: `
      -- The pages of a scope by their numbers from 1 on, as long as each would bring what it brought when it came last.
      -- mac: names the text of its items, with the key in page_key; rows: how many it brought. seen and seen_at: when it
      -- last came again, for all of its rows; null if the rows have their own.
      CREATE TABLE page (
        scope_id INTEGER NOT NULL, number INTEGER NOT NULL, mac TEXT NOT NULL, rows INTEGER NOT NULL, seen INTEGER,
        seen_at INTEGER, PRIMARY KEY (scope_id, number)
      ) WITHOUT ROWID;

      -- Which rows those are: from the first to the last, in one stretch or in several. No row is of two pages.
      CREATE TABLE page_rows (first_row INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, number INTEGER NOT NULL);
      CREATE TABLE page_key (key BLOB NOT NULL);
      INSERT INTO page_key VALUES (randomblob(32));
    `,
  },
  {
    name: '7 mentions',
    sql: `
      -- Which rows hold which words (ids, addresses, DNS names, ARNs), as 32-bit hashes. page: scope_id * 2^32 + n; each
      -- stands for rows that were stored together. places: of each row its number within the scope, and where its
      -- hashes end. A row stands where it was stored last; what is said of it before, or of one that has gone, may stay.
      -- checksum: all numbers of both, combined by exclusive or.
      DROP TABLE mention;
      CREATE TABLE mention_page (
        page INTEGER PRIMARY KEY, rows INTEGER NOT NULL, checksum INTEGER NOT NULL, places BLOB NOT NULL,
        hashes BLOB NOT NULL
      );

      -- The last row of a scope whose words stand there, if those of others may not; null if all do.
      ALTER TABLE scope ADD COLUMN unmentioned INTEGER;
      UPDATE scope SET unmentioned = 0 WHERE rows > 0;
    `,
  },
  {
    name: '8 checks of places',
    sql: `
      -- The tables of kinds have two columns more, _check (place-check.ts) and _body_check (body-check.ts). unchecked: the last row of a scope that has one,
      -- if others may not; null if all do.
      ALTER TABLE scope ADD COLUMN unchecked INTEGER;
      UPDATE scope SET unchecked = 0 WHERE rows > 0;
    `,
  },
  {
    name: '9 blocks of search texts',
    sql: `
      -- Which texts the search texts of 256 rows can hold (text-blocks.ts). block: resource_id / 256; rows: how many it
      -- has; grams: bits; checksum: of these and the block. unblocked: the last row of a scope that is in a block, if
      -- others may not be; null if all are.
      CREATE TABLE text_block (
        block INTEGER PRIMARY KEY, rows INTEGER NOT NULL, checksum INTEGER NOT NULL, grams BLOB NOT NULL
      );
      ALTER TABLE scope ADD COLUMN unblocked INTEGER;
      UPDATE scope SET unblocked = 0 WHERE rows > 0;

      -- An older muster that is running reads and writes search. What it writes is in no block: the scope is filled again.
      ALTER TABLE search RENAME TO search_text;
      CREATE VIEW search AS SELECT resource_id, text FROM search_text;
      CREATE TRIGGER search_insert INSTEAD OF INSERT ON search BEGIN
        INSERT OR REPLACE INTO search_text VALUES (NEW.resource_id, NEW.text);
        DELETE FROM text_block WHERE block = NEW.resource_id >> 8;
        UPDATE scope SET unblocked = 0 WHERE scope_id = NEW.resource_id >> 32;
      END;
      CREATE TRIGGER search_delete INSTEAD OF DELETE ON search BEGIN
        DELETE FROM search_text WHERE resource_id = OLD.resource_id;
        DELETE FROM text_block WHERE block = OLD.resource_id >> 8;
        UPDATE scope SET unblocked = 0 WHERE scope_id = OLD.resource_id >> 32;
      END;
    `,
  },
  {
    name: '10 words of the ledger, twice',
    sql: `
      -- What each answer says of scopes and accounts stands twice (twins.ts): a bit that is wrong in either is found.
      -- Triggers keep the second, for older musters that are running, too.
      ${addTwin('scope', 'scope_id', columnsOfScope, twinOfScope)}
      ${addTwin('account', 'account', columnsOfAccount, twinOfAccount)}
    `,
  },
  {
    name: '11 sums of columns',
    sql: `
      -- Of each scope, for each column of its rows, a sum of hashes of the cells (cell-sums.ts), for the set of columns
      -- set_id. unsummed: the last row of a scope that they count, if others may not be in them; null if all are. summed
      -- changes with rows whenever a muster that keeps them writes; an older one that is running only changes rows.
      CREATE TABLE cell_sum (scope_id INTEGER PRIMARY KEY, set_id TEXT NOT NULL, sums BLOB NOT NULL);
      ALTER TABLE scope ADD COLUMN unsummed INTEGER;
      ALTER TABLE scope ADD COLUMN summed INTEGER NOT NULL DEFAULT 0;
      UPDATE scope SET unsummed = 0 WHERE rows > 0;
      CREATE TRIGGER scope_rows AFTER UPDATE OF rows ON scope WHEN NEW.summed = OLD.summed BEGIN
        UPDATE scope SET unsummed = 0 WHERE scope_id = NEW.scope_id;
      END;
    `,
  },
  {
    name: '12 sums of search texts',
    sql: `
      -- Behind the grams of a block stands a sum of its texts, 32 bits, and its checksum is of rows, too (text-blocks.ts).
      -- Blocks without are made anew. An older muster that is running takes those with it for damaged, and makes them
      -- anew without one; or it changes rows alone. Both are filled again.
      UPDATE scope SET unblocked = 0 WHERE rows > 0;
      CREATE TRIGGER text_block_insert AFTER INSERT ON text_block WHEN length(NEW.grams) % 8 = 0 BEGIN
        UPDATE scope SET unblocked = 0 WHERE scope_id = NEW.block >> 24;
      END;
      CREATE TRIGGER text_block_rows AFTER UPDATE OF rows ON text_block BEGIN
        DELETE FROM text_block WHERE block = NEW.block;
        UPDATE scope SET unblocked = 0 WHERE scope_id = NEW.block >> 24;
      END;
    `,
  },
]

/** Gives the lines of a table a second text of some columns, and triggers that keep it. `key`: names a line. */
function addTwin(table: string, key: string, columns: readonly string[], twin: string): string {
  const triggers = [
    ['insert', 'INSERT'],
    ['update', `UPDATE OF ${columns.join(', ')}`],
  ].map(
    ([name, event]) => `CREATE TRIGGER ${table}_${name} AFTER ${event} ON ${table} BEGIN
        UPDATE ${table} SET again = ${twin} WHERE ${key} = NEW.${key};
      END;`,
  )
  return `ALTER TABLE ${table} ADD COLUMN again TEXT;
      UPDATE ${table} SET again = ${twin};
      ${triggers.join(' ')}`
}
