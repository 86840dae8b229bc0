import type { Database } from 'better-sqlite3'
import { parseObject } from '../json-object.ts'
import { isIdOf } from '../kinds/identity.ts'
import type { Kind, Resource } from '../model.ts'
import { isDocumentSound } from './body-check.ts'
import { cellsOf, type StoredRow } from './cells.ts'
import { setIdOf } from './column-sets.ts'
import { DamagedCache } from './damage.ts'
import { type HeldColumns, listHeldKinds, readHeldColumns, tableOf } from './kind-tables.ts'
import { type LedgerLine, readLedger } from './ledger.ts'
import { readPage } from './mention-pages.ts'
import type { Store } from './open-store.ts'
import { placeCheckOf, wrongPlace } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { damageOfLeadingTables } from './sound.ts'
import { areBlocksSound } from './sound-blocks.ts'
import { storeError } from './store-errors.ts'

/** What is wrong with the rows of a scope. */
export interface ScopeDamage {
  readonly line: LedgerLine
  /** Ids of resources whose row or document is not what was stored, with what is wrong. */
  readonly rows: readonly (readonly [id: string, found: string])[]
  /** What is wrong with the scope beside them; null if nothing is. */
  readonly found: string | null
}

/** What a check has found. */
export interface CacheCheck {
  /** What is wrong with the file as a whole: pages, indexes, the leading tables, rows that belong to no scope. */
  readonly file: readonly string[]
  readonly scopes: readonly ScopeDamage[]
}

/** Makes what a kind's columns give of a resource, as it was when the row was stored. */
export type RowMaker = (kind: Kind) => (resource: Resource) => StoredRow

/** Looks at every page and every index, at no row: 5 ms for each MB. */
export function checkPages(store: Store): CacheCheck {
  return { file: problemsOfFile(store, 'quick_check'), scopes: [] }
}

/**
 * Looks at everything: pages and indexes, the number of rows of each scope, each document by its digest, and with
 * `rowMaker` columns and search text, which are computed anew from the documents. `step` is called after each piece;
 * only what it throws is thrown.
 */
export function checkAll(store: Store, rowMaker: RowMaker | null, step: () => void = () => {}): CacheCheck {
  const file = [...problemsOfFile(store, 'integrity_check')]
  const scopes: ScopeDamage[] = []
  const lines = noteProblems(store, file, () => readLedger(store)) ?? []
  const kinds = noteProblems(store, file, () => listHeldKinds(store.db, store.kinds)) ?? store.kinds
  for (const kind of kinds) {
    noteProblems(store, file, () => file.push(...findStrayRows(store, kind)))
    const held = noteProblems(store, file, () => readHeldColumns(store.db, kind))
    if (!held) continue
    const makeRow = rowMaker === null || held.setId !== setIdOf(kind) ? null : rowMaker(kind)
    for (const line of lines.filter(({ scope }) => scope.kind === kind.name)) {
      const damage = noteProblems(store, file, () => checkScope(store, line, kind, held, makeRow, step))
      if (damage) scopes.push(damage)
    }
  }
  return { file: [...new Set(file)], scopes }
}

/** Rows that are looked at between two steps. */
const pieceSize = 1000

interface CheckedRow {
  readonly row: number
  readonly scope: number
  readonly id: string
  readonly groupId: string | null
  readonly position: number
  readonly check: number | null
  readonly digest: string | null
  readonly bodyCheck: number | null
  readonly bytes: unknown
  readonly fields: string | null
  readonly body: string | null
  readonly search: string | null
}

function checkScope(
  { db }: Store,
  line: LedgerLine,
  kind: Kind,
  held: HeldColumns,
  makeRow: ((resource: Resource) => StoredRow) | null,
  step: () => void,
): ScopeDamage | null {
  const cells = cellsOf(kind, held)
  const names = cells.names.map((name) => `, r.${name}`).join('')
  // A value that is not JSONB would end the statement, and hide all other rows.
  const piece = db
    .prepare(
      `SELECT r._row, r._scope, r._id, r._group, r._position, r._check, r._digest, r._body_check, d.body, d.group_fields,
         CASE WHEN json_valid(d.body, 8) THEN json(d.body) END, s.text${names}
       FROM ${tableOf(kind)} r LEFT JOIN document d ON d.resource_id = r._row
         LEFT JOIN search_text s ON s.resource_id = r._row
       WHERE r._row > ? AND r._row < ? ORDER BY r._row LIMIT ?`,
    )
    .raw()
  const [first, last] = rowRangeOf(line.scopeId)
  const rows: (readonly [string, string])[] = []
  let count = 0
  for (let after = first - 1; ; ) {
    const found = piece.all(after, last + 1, pieceSize) as unknown[][]
    for (const [row, scope, id, groupId, position, check, ...others] of found) {
      const [digest, bodyCheck, bytes, fields, body, search, ...values] = others
      const place = { row, scope, id, groupId, position, check }
      const checked = { ...place, digest, bodyCheck, bytes, fields, body, search } as CheckedRow
      const wrong = damageOfRow(checked, line, kind) ?? damageOfCells(checked, values, cells, makeRow)
      if (wrong !== null) rows.push([String(id), wrong])
    }
    count += found.length
    step()
    if (found.length < pieceSize) break
    after = Number(found.at(-1)?.[0])
  }
  const strays = db
    .prepare(
      `SELECT count(*) FROM document WHERE resource_id BETWEEN ? AND ?
         AND resource_id NOT IN (SELECT _row FROM ${tableOf(kind)} WHERE _row BETWEEN ? AND ?)`,
    )
    .pluck()
    .get(first, last, first, last) as number
  const differs =
    count !== line.rows
      ? `${count} rows of ${line.rows} can be found`
      : strays > 0
        ? `${strays} documents belong to no row`
        : !arePagesSound(db, line.scopeId)
          ? 'its pages are not what was stored'
          : !areMentionsSound(db, line)
            ? 'what its rows mention is not what was stored'
            : areBlocksSound(db, line)
              ? null
              : 'the blocks of its search texts are not what was stored'
  return differs === null && rows.length === 0 ? null : { line, rows, found: differs }
}

/** Whether each page of a scope has as many rows as it brought. */
function arePagesSound(db: Database, scopeId: number): boolean {
  const wrong = db
    .prepare(
      `SELECT 1 FROM
         (SELECT number, rows FROM page WHERE scope_id = ?) p FULL JOIN
         (SELECT number, sum(last_row - first_row + 1) AS rows FROM page_rows
          WHERE first_row BETWEEN ? AND ? GROUP BY number) g USING (number)
       WHERE p.rows IS NOT coalesce(g.rows, 0) LIMIT 1`,
    )
    .get(scopeId, ...rowRangeOf(scopeId))
  return wrong === undefined
}

/** Whether what is stored of the words of a scope's rows can be read, and is of no fewer rows than there are. */
function areMentionsSound(db: Database, { scopeId, rows }: LedgerLine): boolean {
  const isFilled = db.prepare('SELECT unmentioned IS NULL FROM scope WHERE scope_id = ?').pluck().get(scopeId)
  if (isFilled === 0) return true
  const pages = db
    .prepare('SELECT places, hashes, checksum FROM mention_page WHERE page BETWEEN ? AND ?')
    .raw()
    .all(...rowRangeOf(scopeId))
    .map(readPage)
  const count = pages.reduce((sum, page) => sum + (page?.places.length ?? 0) / 2, 0)
  return pages.every((page) => page !== null) && count >= rows
}

/** What is wrong with a row and its document; null if nothing is. */
export function damageOfRow(
  { scope, id, groupId, position, check, digest, bodyCheck, bytes, fields, body }: CheckedRow,
  line: LedgerLine,
  kind: Kind,
) {
  if (scope !== line.scopeId) return 'its row belongs to another scope'
  if (body === null) return 'its document is missing, or is not JSON'
  const document = parseObject(body)
  if (document === null) return 'its document is not JSON'
  if (!isIdOf(kind, document, id)) return 'its document is that of another resource'
  if (!isDocumentSound({ id, groupFields: fields, bodyCheck, digest }, bytes, body))
    return 'its document is not what was stored'
  const holder = kind.nested && fields !== null ? parseObject(fields)?.[kind.nested.id] : undefined
  if (holder !== undefined && holder !== groupId) return 'its group is not that of its document'
  return check === null || check === placeCheckOf(groupId, position) ? null : wrongPlace
}

/** Whether columns and search text are what the document gives. */
function damageOfCells(
  { id, body, search }: CheckedRow,
  values: readonly unknown[],
  cells: ReturnType<typeof cellsOf>,
  makeRow: ((resource: Resource) => StoredRow) | null,
): string | null {
  // Rows of an older version are compared when they have been filled.
  if (makeRow === null || body === null) return null
  const made = makeRow({ id, group: null, body: parseObject(body) ?? {} })
  const place = cells.makeValues(made.values).findIndex((value, index) => value !== values[index])
  if (place >= 0) return `its column ${cells.names[place]} is not what its document gives`
  return made.search === search ? null : 'the text that the filter looks into is not what its document gives'
}

/** Rows that no answer finds, since nothing leads to them. */
function findStrayRows({ db }: Store, kind: Kind): string[] {
  const count = (sql: string) => Number(db.prepare(sql).pluck().get())
  const table = tableOf(kind)
  const rows = count(`SELECT count(*) FROM ${table} WHERE _row >> 32 NOT IN (SELECT scope_id FROM scope)`)
  return rows > 0 ? [`${rows} rows of ${kind.name} belong to no scope`] : []
}

function problemsOfFile(store: Store, pragma: 'quick_check' | 'integrity_check'): readonly string[] {
  const problems: string[] = []
  noteProblems(store, problems, () => {
    const found = damageOfLeadingTables(store.db)
    if (found !== null) problems.push(found)
    const rows = store.db.pragma(`${pragma}(20)`) as Record<string, string>[]
    for (const row of rows) problems.push(...Object.values(row).filter((text) => text !== 'ok'))
  })
  return problems.map((text) => text.replace(/\s*\n\s*/g, ' '))
}

/** Does some work; an error that stops it is noted as a problem of the file. */
function noteProblems<T>(store: Store, problems: string[], work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const known = storeError(store.file, error)
    // The disk, a lock or the user's ctrl-c say nothing about the file.
    if (known && !(known instanceof DamagedCache)) throw known
    if (!('code' in error) && error.name !== 'SyntaxError' && !(error instanceof DamagedCache)) throw error
    problems.push(error.message)
    return null
  }
}
