import { originOf } from '../kinds.ts'
import type { JsonObject, Kind } from '../model.ts'
import { digestOf } from './cells.ts'
import { DamagedScope } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { groupAndPlaceCheck } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { chunkRows, type DocumentRow, documentIn, documentsOf } from './scan.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { withSmallCache } from './small-cache.ts'

/** A whole resource as text. */
export interface DocumentText {
  /** As JSON.stringify writes it: on one line, or with four spaces, each line behind the indentation asked for. */
  readonly text: string
  readonly groupId: string | null
  /** The fields of its group as JSON; null without one. */
  readonly groupFields: string | null
}

/** How many resources are in memory at once. */
const pieceSize = 250
const step = '    '

/**
 * The resources as `scanDocuments` gives them, checked in the same way, but as text that SQLite has written: nothing is
 * parsed. `depth`: in how many lists and objects they will stand; null for each on one line. With `origin` they say where
 * they were found.
 */
export function* scanTexts(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  { depth, origin }: { readonly depth: number | null; readonly origin: boolean },
): Generator<readonly DocumentText[]> {
  if (!isTableThere(store, kind, lines)) return
  const ids = store.db
    .prepare(
      `SELECT r._row, r._group, ${groupAndPlaceCheck} FROM ${tableOf(kind)} r
       WHERE r._row BETWEEN ? AND ? ORDER BY r._position`,
    )
    .raw()
  const texts = store.db.prepare(
    `SELECT r._id AS id, d.body ->> '${kind.id}' AS own_id, r._group AS group_id, r._digest AS digest, d.group_fields, json(d.body) AS body,
       ${depth === null ? 'NULL' : indentedBody(depth)} AS text
     FROM json_each(?) AS wanted
     CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value CROSS JOIN document d ON d.resource_id = wanted.value`,
  )
  const count = countChecker(store, kind)
  function* readScopes(): Generator<readonly DocumentText[]> {
    for (const line of lines) {
      const rows = documentsOf(store, line, () => ids.all(...rowRangeOf(line.scopeId))) as unknown as Ids[]
      if (rows.length !== line.rows) count(line)
      const makeText = makeTextMaker(store, line, kind, depth, origin ? originOf(line) : null)
      for (const chunk of chunkRows(rows, kind, store, line, () => pieceSize)) {
        const wanted = JSON.stringify(chunk.map(([id]) => id))
        const found = documentsOf(store, line, () => texts.all(wanted)) as TextRow[]
        if (found.length !== chunk.length)
          throw new DamagedScope(store.file, line.scopeId, 'a document is missing')
        yield found.map(makeText)
      }
    }
  }
  yield* withSmallCache(store.db, pagesKept, readScopes)
}

/** In KB. */
const pagesKept = 8192

type Ids = [id: number, group: string | null, check: number | null]

interface TextRow extends DocumentRow {
  readonly text: string | null
}

/** Inside so many lists, SQLite indents the document as it will stand; the lists are cut off. */
function indentedBody(depth: number): string {
  const [open, close] = ['[', ']'].map((bracket) => bracket.repeat(depth))
  const place = `$${'[0]'.repeat(depth)}`
  return `json_pretty(jsonb_set(jsonb('${open}0${close}'), '${place}', d.body), '${step}')`
}

function makeTextMaker(
  store: Store,
  line: LedgerLine,
  kind: Kind,
  depth: number | null,
  origin: JsonObject | null,
): (row: TextRow) => DocumentText {
  const indent = step.repeat(depth ?? 0)
  // The lists around it: `[` and a line end behind the indentation of each, and the same at the end.
  const around = Array.from({ length: depth ?? 0 }, (_, level) => 4 * level + 2).reduce(
    (sum, each) => sum + each,
    0,
  )
  const names = Object.keys(origin ?? {})
  const end = depth === null ? '}' : `\n${indent}}`
  const [before, colon] = depth === null ? [',', ':'] : [`,\n${indent}${step}`, ': ']
  const members = Object.entries(origin ?? {}).map(
    ([name, value]) => `${before}${JSON.stringify(name)}${colon}${JSON.stringify(value)}`,
  )
  const added = members.join('') + end
  return (row) => {
    const { id, group_id: groupId, group_fields: groupFields, body } = row
    const text = row.text ?? body
    // Of a document that is what was stored, these are known without a parser.
    const isKnown =
      row.digest !== null &&
      row.digest === digestOf(body, groupFields) &&
      row.own_id === id &&
      (groupFields === null ||
        !kind.nested ||
        groupId === null ||
        holds(groupFields, kind.nested.id, groupId)) &&
      !names.some((name) => hasMember(body, name))
    if (isKnown && text.endsWith(end, text.length - around)) {
      const inner = text.slice(around, text.length - around - (origin ? end.length : 0))
      return { text: origin ? inner + added : inner, groupId, groupFields }
    }
    const resource = documentIn(row, store, line, kind, true)
    const value = { ...resource.body, ...origin }
    if (depth === null) return { text: JSON.stringify(value), groupId, groupFields }
    const written = JSON.stringify(value, null, 4)
    return { text: indent + written.replaceAll('\n', `\n${indent}`), groupId, groupFields }
  }
}

/** Whether JSON holds a member with this text, anywhere. */
function holds(json: string, name: string, value: string): boolean {
  return json.includes(`"${name}":${JSON.stringify(value)}`)
}

/** Whether JSON holds a member of this name, anywhere. There are so many quotes that these are looked for last. */
function hasMember(json: string, name: string): boolean {
  const written = `${name}":`
  for (let at = json.indexOf(written); at >= 0; at = json.indexOf(written, at + 1)) {
    if (json[at - 1] === '"') return true
  }
  return false
}
