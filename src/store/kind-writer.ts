import type { Database } from 'better-sqlite3'
import type { JsonObject, Kind } from '../model.ts'
import type { KnownRow, KnownRows, ResourceText } from '../pages.ts'
import { bodyCheckOf } from './body-check.ts'
import { prepareCellSums } from './cell-sums.ts'
import { type Cell, cellsOf } from './cells.ts'
import { setIdOf } from './column-sets.ts'
import { readHeldColumns, tableOf } from './kind-tables.ts'
import type { prepareMentionPages } from './mention-pages.ts'
import { checkOfMoved, placeCheckOf } from './place-check.ts'
import { prepareBatch } from './row-batch.ts'
import { rowRangeOf } from './row-keys.ts'
import type { prepareTextBlocks } from './text-blocks.ts'

/** Where rows of a page belong. */
export interface RowPlace {
  readonly scopeId: number
  readonly position: number
  /** The counter, and the time in ms since 1970. */
  readonly seen: number
  readonly at: number
}

/** Tables whose rows have the numbers of those of the narrow table. */
const beside = ['document', 'answer_text']

/** What a pass has brought so far. */
export interface Pass {
  /** The last place in each group, and in none. */
  readonly places: readonly { readonly group: string | null; readonly position: number }[]
  /** The resources of a kind that no member identifies; else none. */
  readonly bodies: readonly JsonObject[]
}

/** A known row that has come again, and its place in the scope now. */
export interface Mark {
  readonly known: KnownRow
  readonly position: number
}

/** Muster's own columns, in the order in which `save` puts their cells. */
const ownNames = [
  '_row',
  '_scope',
  '_id',
  '_group',
  '_position',
  '_seen',
  '_seen_at',
  '_first_seen',
  '_changed_at',
  '_check',
  '_body_check',
]

/** Rows of a scope that are held in memory while it is read. */
const mostKnown = 200_000

export type KindWriter = ReturnType<typeof makeKindWriter>

/** The statements that write a kind's rows, for the columns that its table holds just now. */
export function makeKindWriter(
  db: Database,
  kind: Kind,
  mentions: ReturnType<typeof prepareMentionPages>,
  blocks: ReturnType<typeof prepareTextBlocks>,
) {
  const held = readHeldColumns(db, kind)
  if (!held) throw new Error(`the cache has no table of ${kind.name}`)
  const table = tableOf(kind)
  const cells = cellsOf(kind, held)
  const writesAll = held.setId === setIdOf(kind)
  const sums = prepareCellSums(db, kind, held, writesAll)
  const names = [...ownNames, ...cells.names]
  const replaced = cells.names.map((name) => `, ${name} = excluded.${name}`).join('')
  const intoTable = `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`
  // One list for all rows: a page has a thousand.
  const row: Cell[] = new Array<Cell>(ownNames.length + cells.names.length).fill(null)
  const hashes = new Int32Array(cells.names.length)
  // A new row costs less if SQLite need not say what it did; new ones come after new ones.
  let expectNew = true
  const insert = db.prepare(`${intoTable} ON CONFLICT (_scope, _id) DO NOTHING`)
  const upsert = db
    .prepare(
      `${intoTable} ON CONFLICT (_scope, _id) DO UPDATE SET _group = excluded._group, _position = excluded._position,
         _seen = excluded._seen, _seen_at = excluded._seen_at,
         _changed_at = CASE WHEN ? THEN excluded._changed_at ELSE _changed_at END, _digest = NULL,
         _check = excluded._check, _body_check = excluded._body_check${replaced}
       RETURNING _row`,
    )
    .pluck()
  const before = db
    .prepare(
      `SELECT d.body, d.group_fields FROM ${table} r JOIN document d ON d.resource_id = r._row
       WHERE r._scope = ? AND r._id = ?`,
    )
    .raw()
  // SQLite may write the same in more than one way.
  const sameJson = db.prepare('SELECT CASE WHEN json_valid(?, 8) THEN json(?) = json(?) END').pluck()
  const last = db.prepare(`SELECT max(_row) FROM ${table} WHERE _row BETWEEN ? AND ?`).pluck()
  const measure = db.prepare(
    `SELECT count(*) AS rows, coalesce(sum(_first_seen >= @since), 0) AS added,
       coalesce(sum(_changed_at >= @since AND _first_seen < @since), 0) AS changed
     FROM ${table} WHERE _row BETWEEN @first AND @last`,
  )
  const all = db.prepare(`SELECT _row FROM ${table} WHERE _row BETWEEN ? AND ? ORDER BY _row`).pluck()
  const gone = db.prepare(`SELECT _row FROM ${table} WHERE _row BETWEEN ? AND ? AND _seen < ?`).pluck()
  const bury = db.prepare(
    `INSERT OR REPLACE INTO gone
       (scope_id, id, group_id, group_fields, body, first_seen, changed_at, seen_at, gone_at, bytes)
     SELECT r._scope, r._id, r._group, d.group_fields, d.body, r._first_seen, r._changed_at, r._seen_at, ?,
       length(d.body)
     FROM ${table} r JOIN document d ON d.resource_id = r._row WHERE r._row = ?`,
  )
  const firstSeen = db.prepare(`UPDATE ${table} SET _first_seen = ? WHERE _row = ?`)
  const makeBody = db.prepare('SELECT jsonb(CAST(? AS TEXT))').pluck()
  const documents = prepareBatch(db, 'document', 3)
  const texts = prepareBatch(db, 'answer_text', 2)
  const dropText = db.prepare('DELETE FROM answer_text WHERE resource_id = ?')
  const known = db
    .prepare(
      `SELECT t.hash, r._row, r._id, r._group, r._position FROM answer_text t JOIN ${table} r ON r._row = t.resource_id
       WHERE t.resource_id BETWEEN ? AND ? LIMIT ${mostKnown + 1}`,
    )
    .raw()
  const count = db.prepare(`SELECT count(*) FROM ${table} WHERE _scope = ?`).pluck()
  const seenAgain = db.prepare(`UPDATE ${table} SET _seen = ?, _seen_at = ? WHERE _row BETWEEN ? AND ?`)
  const moved = db.prepare(
    `UPDATE ${table} SET _seen = ?, _seen_at = ?, _position = ?, _check = ${checkOfMoved} WHERE _row = ?`,
  )
  const forget = [
    `DELETE FROM ${table} WHERE _row = ?`,
    ...beside.map((name) => `DELETE FROM ${name} WHERE resource_id = ?`),
  ].map((sql) => db.prepare(sql))

  return {
    /** The set of columns that the statements were made for. */
    heldSetId: held.setId,

    /** Whether rows get all columns that the table holds. */
    writesAll,

    /** Forgets what was saved and not ended: the transaction has failed. */
    begin(): void {
      documents.forget()
      texts.forget()
      cells.forget()
      sums.begin()
      mentions.begin()
      blocks.begin()
    },

    /** Stores what is kept beside the rows that were saved, all of one scope. */
    end(scopeId: number): void {
      documents.flush()
      texts.flush()
      cells.forget()
      row.fill(null)
      sums.store()
      mentions.store(scopeId)
      blocks.store()
    },

    /** The number that the next new row of a scope gets. */
    nextRow(scopeId: number): number {
      const range = rowRangeOf(scopeId)
      return Math.max(range[0], (last.get(...range) as number | null) ?? 0) + 1
    },

    /**
     * How many rows a scope has, how many of them were first seen since a time, and how many of the others became another:
     * one that was gone and is back is no new resource.
     */
    measure(scopeId: number, since: number) {
      const [first, last] = rowRangeOf(scopeId)
      return measure.get({ since, first, last }) as {
        readonly rows: number
        readonly added: number
        readonly changed: number
      }
    },

    /** What a pass has brought, in no order: its groups, places and documents. */
    readPass(scopeId: number, began: number): Pass {
      const range = rowRangeOf(scopeId)
      const places = db
        .prepare(
          `SELECT _group AS "group", max(_position) AS position FROM ${table}
           WHERE _row BETWEEN ? AND ? AND _seen >= ? GROUP BY _group`,
        )
        .all(...range, began) as Pass['places']
      if (kind.identity !== 'item') return { places, bodies: [] }
      const bodies = db
        .prepare(
          `SELECT json(d.body) FROM ${table} r JOIN document d ON d.resource_id = r._row
           WHERE r._row BETWEEN ? AND ? AND r._seen >= ?`,
        )
        .pluck()
        .all(...range, began) as string[]
      return { places, bodies: bodies.map((body) => JSON.parse(body) as JsonObject) }
    },

    /** The rows of a scope whose texts are known; none if there are too many to be held in memory. */
    readKnown(scopeId: number): KnownRows {
      const rows = known.all(...rowRangeOf(scopeId)) as [string, number, string, string | null, number][]
      if (rows.length > mostKnown) return new Map()
      return new Map(
        rows.map(([hash, row, id, group, position]) => [
          hash,
          { row, id, group: group === null ? null : { id: group }, position },
        ]),
      )
    },

    /**
     * Notes that known rows have come again, with the place that each has now. False if one of them is missing. Rows
     * that stand side by side, and have not moved, are one statement.
     */
    markSeen(marks: readonly Mark[], seen: number, at: number): boolean {
      let found = 0
      for (let from = 0; from < marks.length; ) {
        const { known: first, position } = marks[from] as Mark
        let to = from + 1
        if (position === first.position) {
          while (isNext(marks[to], first.row + to - from)) to += 1
          found += seenAgain.run(seen, at, first.row, first.row + to - from - 1).changes
        } else found += moved.run(seen, at, position, position, first.row).changes
        from = to
      }
      return found === marks.length
    },

    /** Notes when the rows of a stretch last came. Gives how many there are. */
    markStretch: (first: number, last: number, seen: number, at: number): number =>
      seenAgain.run(seen, at, first, last).changes,

    /** How many rows a scope has. */
    countRows: (scopeId: number): number => count.get(scopeId) as number,

    /** Forgets documents and search text of a scope that belong to none of its rows: damage has left them. */
    removeStrays(scopeId: number): void {
      const range = rowRangeOf(scopeId)
      for (const name of [...beside, 'search_text']) {
        db.prepare(
          `DELETE FROM ${name} WHERE resource_id BETWEEN ? AND ?
             AND resource_id NOT IN (SELECT _row FROM ${table} WHERE _row BETWEEN ? AND ?)`,
        ).run(...range, ...range)
      }
      blocks.rebuild(...range)
    },

    /**
     * Adds a resource under `next`, or replaces the one that the scope has. Documents are written only if they changed,
     * or with `whole`. Gives the number of the row.
     */
    save(
      { id, group, document: given, text: hash, values, hashes: known, search, words }: ResourceText,
      { scopeId, position, seen, at }: RowPlace,
      next: number,
      mustWrite: boolean,
    ): number {
      const fields = group?.fields ?? null
      const groupId = group?.id ?? null
      const body = typeof given === 'string' ? (makeBody.get(given) as Buffer) : given
      row[0] = next
      row[1] = scopeId
      row[2] = id
      row[3] = groupId
      row[4] = position
      row[5] = seen
      row[6] = at
      row[7] = at
      row[8] = at
      row[9] = placeCheckOf(groupId, position)
      row[10] = bodyCheckOf(id, fields, body)
      const areKept = cells.putValues(values, row, ownNames.length, hashes, known)
      const isNew = expectNew && insert.run(...row).changes === 1
      // The page may have brought it before.
      if (!isNew) documents.flush()
      const found = isNew ? undefined : (before.get(scopeId, id) as StoredDocument | undefined)
      const stored = found?.[1] === fields ? found[0] : null
      const isWritten = stored instanceof Uint8Array && Buffer.compare(stored, body) === 0
      const isSame = isWritten || (stored !== null && sameJson.get(stored, stored, body) === 1)
      // The cells of a document are always the same.
      const isSummed = isWritten && !mustWrite
      if (!isNew && !isSummed) sums.leave(scopeId, id)
      const number = isNew ? next : (upsert.get(...row, isSame ? 0 : 1) as number)
      expectNew = number === next
      if (!isSummed) sums.add(scopeId, number, areKept ? hashes : null)
      if (!isWritten || mustWrite) {
        documents.add(number, body, fields)
        blocks.add(number, search, number === next)
        mentions.add(number, id, body, fields, words)
      }
      if (hash !== null) texts.add(number, hash)
      else if (number !== next) {
        texts.flush()
        dropText.run(number)
      }
      return number
    },

    /** A resource that came back was first seen when it was first seen. */
    restoreFirstSeen: (row: number, at: number) => firstSeen.run(at, row),

    /** Takes the rows of a scope that were not seen since `began` out of all answers. Gives how many. */
    removeUnseen(scopeId: number, began: number, at: number): number {
      const rows = gone.all(...rowRangeOf(scopeId), began) as number[]
      sums.begin()
      for (const row of rows) {
        sums.forget(scopeId, row)
        bury.run(at, row)
        for (const statement of forget) statement.run(row)
        blocks.forget(row)
      }
      sums.store()
      return rows.length
    },

    /** Leaves out what is said of rows that have changed or gone, if it is much. */
    compactMentions: (scopeId: number, rows: number): void =>
      mentions.compact(scopeId, rows, () => all.all(...rowRangeOf(scopeId)) as number[]),
  }
}

type StoredDocument = readonly [body: unknown, groupFields: string | null]

function isNext(mark: Mark | undefined, row: number): boolean {
  return mark !== undefined && mark.known.row === row && mark.known.position === mark.position
}
