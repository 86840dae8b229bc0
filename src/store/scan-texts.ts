import { originOf } from '../kinds.ts'
import type { JsonObject, Kind } from '../model.ts'
import { cutLists, makeChunkPrinter, type PrintedRow } from './chunk-printer.ts'
import { DamagedScope } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { makeChunkReader, type Row } from './row-chunks.ts'
import { type DocumentRow, documentIn, isAsStored, withDocumentErrors } from './scan.ts'
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

/** How many resources are in memory at once, and at first. */
const pieceSize = 250
const firstSize = 16
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
  yield* readChunks(store, lines, kind, makeTextReader(store, kind, depth, origin))
}

/**
 * The elements of a list that stands in so many lists and objects: resources, or with `grouped` the groups that they stand
 * in. They are printed many at once, if they are known to be what was stored; else they are given one by one, as
 * `scanTexts` does.
 */
export function* scanElements(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  { depth, grouped, origin }: { readonly depth: number; readonly grouped: boolean; readonly origin: boolean },
): Generator<Uint8Array | readonly DocumentText[]> {
  if (!isTableThere(store, kind, lines)) return
  const makePrinter = makeChunkPrinter(store, grouped ? kind.nested : null, depth)
  const readTexts = makeTextReader(store, kind, grouped ? depth + 2 : depth, origin)
  yield* readChunks(store, lines, kind, (line) => {
    const print = makePrinter(origin ? originOf(line) : null)
    const read = readTexts(line)
    return (rows) => print(rows.map(printedRowOf)) ?? read(rows)
  })
}

function* readChunks<T>(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  makeReader: (line: LedgerLine) => (rows: readonly Row[]) => T,
): Generator<T> {
  const readRows = makeChunkReader(store, kind, ['r._id', 'r._body_check'], null)
  const count = countChecker(store, kind)
  let size = firstSize
  function* readScopes(): Generator<T> {
    for (const line of lines) {
      const { total, chunks } = readRows(line)
      if (total !== line.rows) count(line)
      const read = makeReader(line)
      for (const chunk of chunks(() => size)) {
        yield read(chunk)
        size = Math.min(pieceSize, 2 * size)
      }
    }
  }
  yield* withSmallCache(store.db, pagesKept, readScopes)
}

/** In KB. */
const pagesKept = 8192

/** Of a row with the columns that are read here. */
function printedRowOf([row, group, , id, bodyCheck]: Row): PrintedRow {
  return { row, group, id: id as string, bodyCheck: bodyCheck as number | null }
}

interface TextRow extends DocumentRow {
  readonly text: string | null
}

/** Makes the function that makes the function that reads rows of a scope by their numbers. */
function makeTextReader(store: Store, kind: Kind, depth: number | null, origin: boolean) {
  const texts = store.db.prepare(
    `SELECT r._id AS id, d.body ->> '${kind.id}' AS own_id, r._group AS group_id, r._digest AS digest, r._body_check AS body_check, d.body AS bytes,
       d.group_fields, json(d.body) AS body,
       ${depth === null ? 'NULL' : indentedBody(depth)} AS text
     FROM json_each(?) AS wanted
     CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value CROSS JOIN document d ON d.resource_id = wanted.value`,
  )
  return (line: LedgerLine) => {
    const makeText = makeTextMaker(store, line, kind, depth, origin ? originOf(line) : null)
    return (rows: readonly Row[]): readonly DocumentText[] => {
      const wanted = JSON.stringify(rows.map(([row]) => row))
      const found = withDocumentErrors(store, line, () => texts.all(wanted)) as TextRow[]
      if (found.length !== rows.length)
        throw new DamagedScope(store.file, line.scopeId, 'a document is missing')
      return found.map(makeText)
    }
  }
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
  const around = cutLists(depth ?? 0)
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
      (row.body_check !== null || row.digest !== null) &&
      isAsStored(row) &&
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
