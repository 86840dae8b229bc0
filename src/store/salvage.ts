import type { Database } from 'better-sqlite3'
import { parseObject } from '../json-object.ts'
import { isIdOf } from '../kinds/identity.ts'
import type { Kind } from '../model.ts'
import { bodyCheckOf } from './body-check.ts'
import { cellsOf } from './cells.ts'
import { damageOfRow, type RowMaker } from './check-cache.ts'
import { setIdOf } from './column-sets.ts'
import { ensureTable, kindNamed, readHeldColumns, tableOf } from './kind-tables.ts'
import { markedStretchReader } from './known-pages.ts'
import { isLedgerRow, type LedgerRow, lineOf } from './ledger.ts'
import { makeMarker } from './mark.ts'
import type { Store } from './open-store.ts'
import { placeCheckOf } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { columnsOfAccount, isSpoilt } from './twins.ts'

/** What is read of the ledger in a damaged file. */
export type SalvagedLine = LedgerRow & { readonly began: number }

/** The lines of the ledger that can have been stored. */
export function salvageLedger(old: Database, lost: string[]): readonly SalvagedLine[] {
  const found = readIntactRows<SalvagedLine>(
    old,
    'scope',
    'scope_id',
    'SELECT *, NULL AS name FROM scope NOT INDEXED',
  )
  const lines = found.rows.filter((row) => isLedgerRow(row) && Number.isSafeInteger(row.began))
  if (found.broken || lines.length < found.rows.length) lost.push('a part of the ledger')
  return lines
}

/** Profiles, accounts, and the counter, which must not fall behind what rows were seen at. */
export function salvageSmall(old: Database, { db }: Store, lost: string[]): void {
  const profiles = readIntactRows<Record<string, unknown>>(old, 'profile', 'profile', 'SELECT * FROM profile')
  const accounts = readIntactRows<Record<string, unknown>>(old, 'account', 'account', 'SELECT * FROM account')
  const profile = db.prepare(
    'INSERT OR IGNORE INTO profile VALUES (@profile, @fingerprint, @account, @proven_at)',
  )
  const account = db.prepare(
    `INSERT OR IGNORE INTO account (account, name, regions, regions_at, told)
     VALUES (@account, @name, CASE WHEN json_valid(@regions) THEN @regions END, @regions_at, @told)`,
  )
  for (const row of profiles.rows) attempt(() => profile.run(row))
  const sound = accounts.rows.filter((row) => !isSpoilt(row, columnsOfAccount))
  for (const row of sound) attempt(() => account.run(row))
  if (profiles.broken) lost.push('a part of the remembered profiles')
  if (accounts.broken || sound.length < accounts.rows.length) lost.push('a part of the accounts')
  const counter = attempt(() => old.prepare('SELECT value FROM counter').pluck().get())
  if (Number.isSafeInteger(counter)) db.prepare('UPDATE counter SET value = max(value, ?)').run(counter)
}

/** Copies a scope with those of its rows that are sound; null if its line cannot be kept. */
export function salvageScope(
  old: Database,
  store: Store,
  line: SalvagedLine,
  rowMaker: RowMaker,
): { readonly rows: number; readonly whole: boolean } | null {
  const kind = kindNamed(store.kinds, line.kind)
  if (!kind) return null
  const { db } = store
  ensureTable(db, kind)
  const added = db
    .prepare(
      `INSERT OR IGNORE INTO scope (scope_id, account, region, kind, profile, state, attempted_at, synced_at, began, rows,
         set_id, read_by)
       VALUES (@scope_id, @account, @region, @kind, @profile, @state, @attempted_at, @synced_at, @began, 0, @setId,
         @read_by)`,
    )
    .run({ ...line, setId: setIdOf(kind) })
  if (added.changes === 0) return null
  const isUnread = line.rows === 0 && !hasOldTable(old, kind)
  const { rows, broken } = isUnread
    ? { rows: 0, broken: false }
    : salvageRows(old, store, line, kind, rowMaker)
  const whole = !broken && rows === line.rows
  // What they mention is looked for, their texts come into blocks and their cells are summed when the file is opened next.
  const filled = rows > 0 ? 0 : null
  db.prepare(
    `UPDATE scope SET rows = @rows, whole = @rows, unmentioned = @filled, unblocked = @filled, unsummed = @filled,
       summed = summed + 1
     WHERE scope_id = @scopeId`,
  ).run({ rows, filled, scopeId: line.scope_id })
  const keepFault = db.prepare('INSERT OR IGNORE INTO scope_fault VALUES (?, ?, ?, ?)')
  for (const fault of faultsOf(old, line.scope_id)) attempt(() => keepFault.run(...fault))
  if (!whole) {
    const found = `${line.rows - rows} of ${line.rows} rows could not be kept`
    makeMarker(db)({ line: lineOf(line, []), rows: [], found }, line.attempted_at)
  }
  return { rows, whole }
}

/** A scope that was never begun has no table, which is no damage. */
function hasOldTable(old: Database, { name }: Kind): boolean {
  const find = () => old.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`row_${name}`)
  return attempt(find) !== undefined
}

interface OldRow {
  readonly [column: string]: string | number | null
}

function salvageRows(old: Database, store: Store, line: SalvagedLine, kind: Kind, rowMaker: RowMaker) {
  const { db } = store
  const held = readHeldColumns(db, kind)
  if (!held) throw new Error(`the cache has no table of ${kind.name}`)
  const cells = cellsOf(kind, held)
  const insert = db.prepare(
    `INSERT OR IGNORE INTO ${tableOf(kind)}
       (_row, _scope, _id, _group, _position, _seen, _seen_at, _first_seen, _changed_at, _check, _body_check,
        ${cells.names.join(', ')})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${cells.names.map(() => '?').join(', ')})`,
  )
  const makeBody = db.prepare('SELECT jsonb(?)').pluck()
  const document = db.prepare('INSERT INTO document VALUES (?, ?, ?)')
  const search = db.prepare('INSERT INTO search_text VALUES (?, ?)')
  const counter = db.prepare('UPDATE counter SET value = max(value, ?)')
  const makeRow = rowMaker(kind)
  const [first, last] = rowRangeOf(line.scope_id)
  // A muster before version 8 has stored none.
  const checks = attempt(() => old.prepare(`SELECT _check, _body_check FROM ${tableOf(kind)}`))
    ? '_check, _body_check'
    : 'NULL AS _check, NULL AS _body_check'
  const read = readIntactRows<OldRow>(
    old,
    tableOf(kind),
    '_row',
    `SELECT _row, _scope, _id, _group, _position, _seen, _seen_at, _first_seen, _changed_at, _digest,
       ${checks}
     FROM ${tableOf(kind)} NOT INDEXED WHERE _row BETWEEN ${first} AND ${last}`,
  )
  const found = attempt(() =>
    old.prepare(
      `SELECT CASE WHEN json_valid(body, 8) THEN json(body) END AS body, body AS bytes, group_fields AS fields
       FROM document WHERE resource_id = ?`,
    ),
  )
  let rows = 0
  let broken = read.broken || found === null
  for (const row of read.rows) {
    const texts = attempt(() => found?.get(row._row)) as
      | { readonly body: string; readonly bytes: Buffer; readonly fields: string | null }
      | undefined
    const {
      _row,
      _scope,
      _id,
      _group,
      _position,
      _seen,
      _seen_at,
      _first_seen,
      _changed_at,
      _digest,
      _check,
      _body_check,
    } = row
    const numbers = [_position, _seen, _seen_at, _first_seen, _changed_at]
    const checked = {
      row: _row,
      scope: _scope,
      id: _id,
      groupId: _group,
      position: _position,
      check: _check,
      digest: _digest,
      bodyCheck: _body_check,
      bytes: texts?.bytes ?? null,
      fields: texts?.fields ?? null,
      body: texts?.body ?? null,
      search: null,
    } as Parameters<typeof damageOfRow>[0]
    const isSound =
      numbers.every((value) => Number.isSafeInteger(value)) &&
      damageOfRow(checked, lineOf(line, []), kind) === null
    const { body } = checked
    if (!isSound || body === null) {
      broken = true
      continue
    }
    const made = makeRow({ id: checked.id, group: null, body: JSON.parse(body) })
    const bytes = makeBody.get(body) as Buffer
    const own = [
      _row,
      _scope,
      _id,
      _group,
      ...numbers,
      placeCheckOf(checked.groupId, checked.position),
      bodyCheckOf(checked.id, checked.fields, bytes),
    ]
    if (insert.run(...own, ...cells.makeValues(made.values)).changes === 0) continue
    document.run(_row, bytes, checked.fields)
    search.run(_row, made.search)
    counter.run(_seen)
    rows += 1
  }
  salvageMarks(old, store, kind, line.scope_id)
  return { rows, broken }
}

/** Pages that came again as they were say when their rows came. The pages themselves are known anew at the next sync. */
function salvageMarks(old: Database, { db }: Store, kind: Kind, scopeId: number): void {
  const mark = db.prepare(`UPDATE ${tableOf(kind)} SET _seen = ?, _seen_at = ? WHERE _row BETWEEN ? AND ?`)
  const [least, most] = rowRangeOf(scopeId)
  for (const [first, last, seen, at] of attempt(() => markedStretchReader(old)(scopeId)) ?? []) {
    const isSound = [first, last, seen, at].every(Number.isSafeInteger) && first >= least && last <= most
    if (isSound) mark.run(seen, at, first, last)
  }
}

/** Resources that are gone, with their last documents. */
export function salvageGone(old: Database, { db, kinds }: Store, lost: string[]): void {
  const read = readIntactRows<OldRow>(
    old,
    'gone',
    'rowid',
    'SELECT rowid, *, CASE WHEN json_valid(body, 8) THEN json(body) END AS text FROM gone NOT INDEXED',
  )
  const insert = db.prepare(
    `INSERT OR IGNORE INTO gone
     VALUES (@scope_id, @id, @group_id, @group_fields, jsonb(@text), @first_seen, @changed_at, @seen_at, @gone_at, @bytes)`,
  )
  const kindOfScope = db.prepare('SELECT kind FROM scope WHERE scope_id = ?').pluck()
  let damaged = read.broken ? 1 : 0
  for (const { body: _, ...row } of read.rows) {
    const document = parseObject(String(row.text))
    const kind = kindNamed(kinds, String(kindOfScope.get(row.scope_id)))
    // The ledger's line may be lost: then it is enough if any kind could have stored it.
    const candidates = kind ? [kind] : kinds
    const isSound = document !== null && candidates.some((each) => isIdOf(each, document, String(row.id)))
    if (!isSound || attempt(() => insert.run(row)) === null) damaged += 1
  }
  if (damaged > 0) lost.push('some of the resources that are gone')
}

function faultsOf(old: Database, scopeId: number): readonly [number, string, string, number][] {
  const sql = 'SELECT scope_id, profile, fault, at FROM scope_fault WHERE scope_id = ? AND json_valid(fault)'
  return (attempt(() => old.prepare(sql).raw().all(scopeId)) ?? []) as [number, string, string, number][]
}

/** All rows of a table that can be read: from its beginning, and behind a damaged page from its end. */
function readIntactRows<T extends object>(
  old: Database,
  table: string,
  key: string,
  sql: string,
): { readonly rows: readonly T[]; readonly broken: boolean } {
  const rows: T[] = []
  const ended = attempt(() => {
    for (const row of old.prepare(sql).iterate()) rows.push(row as T)
    return true
  })
  if (ended) return { rows, broken: false }
  const keyOf = (row: T) => (row as Record<string, unknown>)[key]
  const seen = new Set(rows.map(keyOf))
  attempt(() => {
    for (const row of old.prepare(`${sql} ORDER BY ${table}.${key} DESC`).iterate()) {
      if (seen.has(keyOf(row as T))) break
      rows.push(row as T)
    }
  })
  return { rows, broken: true }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
