import type { Database } from 'better-sqlite3'
import { derivedEdition } from '../kinds/derive.ts'
import { needsStoredKey } from '../kinds/order.ts'
import { lookForKind } from '../kinds.ts'
import type { Column, ColumnType, Kind } from '../model.ts'
import { describeColumns, idOfSet, setIdOf } from './column-sets.ts'

/**
 * The narrow table of a kind has muster's own columns, which begin with `_`, then the kind's by their names, and beside
 * each column that does not sort by itself its key. `_row` is scope_id * 2^32 + n, so that the rows of a scope lie
 * together; documents and search text have the same numbers. `_seen`: the counter when the row last came in;
 * `_position`: its place in the order in which AWS gave the scope; `_digest`: see body-check.ts; `_check` and
 * `_body_check`: see place-check.ts and body-check.ts.
 */
const ownColumns = `_row INTEGER PRIMARY KEY, _scope INTEGER NOT NULL, _id TEXT NOT NULL, _group TEXT,
  _position INTEGER NOT NULL, _seen INTEGER NOT NULL, _seen_at INTEGER NOT NULL, _first_seen INTEGER NOT NULL,
  _changed_at INTEGER NOT NULL, _digest TEXT, _check INTEGER,
  _body_check INTEGER`

/** Grows by one when the SQL of the views changes, so that of two musters the newer decides. */
const viewEdition = 1

/** What the file says of a kind's table: which set of columns it holds, and who decided it. */
export interface HeldSet {
  readonly setId: string
  readonly edition: number
  readonly viewEdition: number
  /** Whether rows may have been written with another set. */
  readonly unfilled: boolean
}

/** The same with the columns themselves. */
export interface HeldColumns extends HeldSet {
  readonly columns: readonly Pick<Column, 'name' | 'expression' | 'type'>[]
}

/** The name of a kind's table as it is written in SQL. */
export function tableOf(kind: Kind): string {
  return quoteIdentifier(`row_${kind.name}`)
}

/** A column's name as it is written in SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The column in the table that a kind's column sorts by. */
export function orderColumn({ name, type }: Pick<Column, 'name' | 'type'>): string {
  return quoteIdentifier(needsStoredKey(type) ? `_order_${name}` : name)
}

/** What is wrong with the list of tables: a set whose id is not its own, a kind without its table; null if nothing is. */
export function damageOfSets(db: Database): string | null {
  const rows = db.prepare('SELECT kind, set_id, columns FROM kind').raw().all() as [string, string, string][]
  const names = db
    .prepare(
      "SELECT substr(name, 5) FROM sqlite_master WHERE type = 'table' AND name LIKE 'row\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all() as string[]
  const bad = rows.find(([kind, id, columns]) => !names.includes(kind) || id !== idOfSet(kind, columns))
  if (bad) return `the columns of ${bad[0]} are not what was stored`
  const lost = names.find((name) => !rows.some(([kind]) => kind === name))
  return lost === undefined ? null : `the columns of ${lost} are missing`
}

/** What the tables of all kinds hold, by the kind's name. */
function readHeldSets(db: Database): ReadonlyMap<string, HeldSet> {
  const rows = db.prepare('SELECT kind, edition, set_id, view_edition, unfilled FROM kind').all() as KindRow[]
  return new Map(rows.map((row) => [row.kind, heldSetOf(row)]))
}

/** The columns that the table of a kind holds; null if there is no such table. */
export function readHeldColumns(db: Database, kind: Kind): HeldColumns | null {
  const row = db.prepare('SELECT * FROM kind WHERE kind = ?').get(kind.name) as
    | (KindRow & { columns: string })
    | undefined
  return row ? { ...heldSetOf(row), columns: JSON.parse(row.columns) as HeldColumns['columns'] } : null
}

/** The kind of that name: one that the cache was opened with, or one made from the schema. Null if no kind has it. */
export function kindNamed(kinds: readonly Kind[], name: string): Kind | null {
  const kind = kinds.find((each) => each.name === name) ?? lookForKind(name)
  return kind && (kinds.includes(kind) || kind.made === 'from the schema') ? kind : null
}

/** The kinds of which the cache has a table. */
export function listHeldKinds(db: Database, kinds: readonly Kind[]): readonly Kind[] {
  const held = readHeldSets(db)
  return [...kinds.filter(({ name }) => held.has(name)), ...kindsBeside(kinds, [...held.keys()])]
}

/** Whether the cache has a table of a kind: it is made when the kind is first read from AWS. */
export function hasTable(db: Database, kind: Kind): boolean {
  return db.prepare('SELECT 1 FROM kind WHERE kind = ?').get(kind.name) !== undefined
}

/** Makes the table of a kind if the cache has none. Inside a transaction. */
export function ensureTable(db: Database, kind: Kind): void {
  if (!hasTable(db, kind)) defineTables(db, [kind])
}

/** Gives tables that an older muster has made the columns of muster's own that they lack. Inside a transaction. */
export function addOwnColumns(db: Database): void {
  const names = db.prepare('SELECT kind FROM kind').pluck().all() as string[]
  for (const name of names) {
    const table = quoteIdentifier(`row_${name}`)
    const columns = db.pragma(`table_info(${table})`) as { name: string }[]
    for (const own of ['_check', '_body_check'])
      if (!columns.some((column) => column.name === own))
        db.exec(`ALTER TABLE ${table} ADD COLUMN ${own} INTEGER`)
  }
}

/** Brings the tables that the cache has to the present columns. Inside a transaction. */
export function redefineTables(db: Database, kinds: readonly Kind[]): void {
  const held = readHeldSets(db)
  const outdated = kindsBeside(kinds, findOutdated(kinds, held, readViews(db)))
  defineTables(db, [...kinds.filter(({ name }) => held.has(name)), ...outdated])
}

/**
 * Whether the tables and views that there are are as this muster wants them, or as a newer one left them. A kind made from
 * the schema is not made for this: its edition says enough.
 */
export function areTablesCurrent(db: Database, kinds: readonly Kind[]): boolean {
  const held = readHeldSets(db)
  const views = readViews(db)
  const areGivenCurrent = kinds.every((kind) => {
    const known = held.get(kind.name)
    return known === undefined || (!mayRedefine(kind, known) && isViewCurrent(kind, known, views))
  })
  return areGivenCurrent && findOutdated(kinds, held, views).length === 0
}

/**
 * Makes the tables and views that are missing, and adds the columns of a newer edition; their values come later
 * (fill.ts). A column whose type has changed gets a new one in the file, and the old one is left empty under another
 * name: no table is written anew. Inside a transaction.
 */
function defineTables(db: Database, kinds: readonly Kind[]): void {
  const held = readHeldSets(db)
  for (const kind of kinds) {
    const known = held.get(kind.name)
    if (!known) createTable(db, kind)
    else if (mayRedefine(kind, known)) addColumns(db, kind)
  }
  const now = readHeldSets(db)
  const views = readViews(db)
  for (const kind of kinds) {
    const known = now.get(kind.name)
    if (!known || isViewCurrent(kind, known, views)) continue
    db.exec(`DROP VIEW IF EXISTS ${quoteIdentifier(kind.name)}; ${viewOf(kind)}`)
    db.prepare('UPDATE kind SET view_edition = ? WHERE kind = ?').run(viewEdition, kind.name)
  }
}

/** Kinds whose tables this muster decides and of which some rows have another set of columns. */
export function findUnfilledKinds(db: Database, given: readonly Kind[]): readonly Kind[] {
  const held = readHeldSets(db)
  const unfilled = [...held].flatMap(([name, known]) => (known.unfilled ? [name] : []))
  return [...given, ...kindsBeside(given, unfilled)].filter((kind) => {
    const known = held.get(kind.name)
    return known?.unfilled === true && known.setId === setIdOf(kind)
  })
}

/** Of these names, the kinds made from the schema that are not among the given ones. */
function kindsBeside(given: readonly Kind[], names: readonly string[]): readonly Kind[] {
  return names
    .filter((name) => given.every((kind) => kind.name !== name))
    .flatMap((name) => kindNamed(given, name) ?? [])
}

/** Names of kinds beside the given ones whose tables or views an older muster has made. */
function findOutdated(
  given: readonly Kind[],
  held: ReadonlyMap<string, HeldSet>,
  views: ReadonlyMap<string, string>,
): readonly string[] {
  return [...held].flatMap(([name, known]) => {
    const isCurrent = known.edition >= derivedEdition && known.viewEdition >= viewEdition && views.has(name)
    return isCurrent || given.some((kind) => kind.name === name) ? [] : [name]
  })
}

interface KindRow {
  kind: string
  edition: number
  set_id: string
  view_edition: number
  unfilled: number
}

function heldSetOf({ set_id, edition, view_edition, unfilled }: KindRow): HeldSet {
  return { setId: set_id, edition, viewEdition: view_edition, unfilled: unfilled !== 0 }
}

/** Only a newer edition replaces an older one, so that two musters never change a table in turns. */
function mayRedefine(kind: Kind, held: HeldSet): boolean {
  return kind.edition > held.edition && setIdOf(kind) !== held.setId
}

function isViewCurrent(kind: Kind, held: HeldSet, views: ReadonlyMap<string, string>): boolean {
  if (setIdOf(kind) !== held.setId || held.viewEdition > viewEdition) return true
  return views.get(kind.name) === viewOf(kind)
}

function readViews(db: Database): ReadonlyMap<string, string> {
  return new Map(
    db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'view'").raw().all() as [string, string][],
  )
}

function createTable(db: Database, kind: Kind): void {
  const table = tableOf(kind)
  const columns = physicalColumns(kind).map(({ name, type }) => `, ${quoteIdentifier(name)} ${type}`)
  db.exec(`CREATE TABLE ${table} (${ownColumns}${columns.join('')});
    CREATE UNIQUE INDEX ${quoteIdentifier(`row_${kind.name}_identity`)} ON ${table} (_scope, _id)`)
  makeStateIndex(db, kind)
  recordKind(db, kind)
}

function addColumns(db: Database, kind: Kind): void {
  const table = tableOf(kind)
  const rows = db.pragma(`table_info(${table})`) as { name: string; type: string }[]
  const present = new Map(rows.map(({ name, type }) => [name.toLowerCase(), type]))
  // A view names the columns that it shows: it would forbid the new name of one.
  db.exec(`DROP VIEW IF EXISTS ${quoteIdentifier(kind.name)}`)
  for (const { name, type } of physicalColumns(kind)) {
    const before = present.get(name.toLowerCase())
    if (before === type) continue
    if (before !== undefined) {
      let free = 2
      while (present.has(`_was${free}_${name}`.toLowerCase())) free += 1
      db.exec(
        `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(name)} TO ${quoteIdentifier(`_was${free}_${name}`)}`,
      )
    }
    db.exec(`ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(name)} ${type}`)
  }
  makeStateIndex(db, kind)
  recordKind(db, kind)
}

/** Counting by state takes 3.5 ms for 100,000 rows instead of 33; a sync of them 0.15 s longer, the file 2 MB larger. */
function makeStateIndex(db: Database, kind: Kind): void {
  const index = quoteIdentifier(`row_${kind.name}_state`)
  db.exec(`DROP INDEX IF EXISTS ${index}`)
  if (kind.state) db.exec(`CREATE INDEX ${index} ON ${tableOf(kind)} (${quoteIdentifier(kind.state.column)})`)
}

function recordKind(db: Database, kind: Kind): void {
  db.prepare(
    `INSERT INTO kind (kind, edition, set_id, columns, unfilled)
     VALUES (@kind, @edition, @setId, @columns, EXISTS (SELECT 1 FROM scope WHERE kind = @kind))
     ON CONFLICT DO UPDATE SET edition = excluded.edition, set_id = excluded.set_id, columns = excluded.columns,
       unfilled = 1`,
  ).run({
    kind: kind.name,
    edition: kind.edition,
    setId: setIdOf(kind),
    columns: describeColumns(kind),
  })
  // A filling that was cut off filled other columns.
  db.prepare('UPDATE scope SET filled = NULL WHERE kind = ?').run(kind.name)
}

/** The columns of a kind's table beside muster's own, with what SQLite calls their types. */
export function physicalColumns({
  columns,
}: Pick<HeldColumns, 'columns'>): readonly { readonly name: string; readonly type: string }[] {
  return columns.flatMap(({ name, type }) => {
    const column = { name, type: sqlTypes[type] }
    return needsStoredKey(type) ? [column, { name: `_order_${name}`, type: 'TEXT' }] : [column]
  })
}

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  name: 'TEXT',
  address: 'TEXT',
  'instance-type': 'TEXT',
  number: 'NUMERIC',
  time: 'TEXT',
}

/**
 * One documented view per kind, which any SQLite tool can read. A sub-select costs nothing if nobody asks for its column;
 * SQLite leaves a LEFT JOIN out as well, but not of a query that groups or counts.
 */
function viewOf(kind: Kind): string {
  const ofScope = (column: string) => `(SELECT ${column} FROM scope s WHERE s.scope_id = r._scope)`
  const columns = [
    `${ofScope('s.account')} AS AccountId`,
    `(SELECT a.name FROM scope s JOIN account a ON a.account = s.account WHERE s.scope_id = r._scope) AS AccountName`,
    `${ofScope('s.profile')} AS Profile`,
    `${ofScope('s.region')} AS Region`,
    ...kind.columns.map(({ name }) => `r.${quoteIdentifier(name)}`),
    `CAST(${ofScope("datetime(s.synced_at / 1000, 'unixepoch')")} AS TEXT) AS synced_at`,
    'CAST((SELECT json(d.body) FROM document d WHERE d.resource_id = r._row) AS TEXT) AS document',
  ]
  return `CREATE VIEW ${quoteIdentifier(kind.name)} AS SELECT ${columns.join(', ')} FROM ${tableOf(kind)} r`
}
