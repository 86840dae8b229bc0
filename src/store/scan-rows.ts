import { originFields, originOf } from '../kinds.ts'
import type { ColumnType, Json, JsonObject, Kind } from '../model.ts'
import { type CellChecker, makeCellChecker } from './check-cells.ts'
import { isCell } from './damage.ts'
import { bodyOf } from './document-paths.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import { makeMemberReader } from './member-reader.ts'
import type { Store } from './open-store.ts'
import {
  makeChunkReader,
  makeNumberReader,
  type Row,
  type RowChunks,
  type RowCondition,
  readEach,
} from './row-chunks.ts'
import { scopeIdOf } from './row-keys.ts'
import { requireRowsOfId } from './rows-of-id.ts'
import {
  type DocumentRow,
  damagedRowError,
  documentIn,
  type ScannedResource,
  withDocumentErrors,
} from './scan.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { withSmallCache } from './small-cache.ts'

export type CellType = 'text' | 'number'
export type OriginField = (typeof originFields)[number]

/** What is read of the resources of a kind: nothing else of them is looked at. */
export interface RowRequest {
  /** Columns of the narrow table, each as a member of the resource. */
  readonly cells: readonly RowCell[]
  /** Members of the documents, as paths; null for whole documents. */
  readonly paths: readonly (readonly string[])[] | null
  /** The same, as far as they go on into the elements of lists; left out if they do not. */
  readonly through?: readonly (readonly string[])[]
  /** Whether the fields of the groups are read. */
  readonly groupFields: boolean
  /** Fields of the origin that the resources carry. */
  readonly origin: readonly OriginField[]
  /** What rows must meet, at least; null for all rows. */
  readonly condition: RowCondition | null
  /** Columns that rows may be left out by afterwards, as SQL: they are compared with their sums, too. */
  readonly checked?: readonly string[]
  /** How many resources are read first. Each time it is twice as many, up to the most that are in memory at once. */
  readonly first: number
}

export interface RowCell {
  readonly member: string
  /** As it is written in SQL, of a row `r`. */
  readonly sql: string
  readonly type: CellType
  /** What its values sort by, as SQL, if they are those of a column of this type. */
  readonly order?: { readonly type: ColumnType; readonly sql: string }
  /** Whether it goes into the answer as it is: no row is left out by it. */
  readonly isShown?: boolean
}

/** How many resources are in memory at once: V8 copies those that are there each time it looks for free memory. */
const most = 250

/** The whole resources of the scopes, with the fields of their groups. */
export function scanDocuments(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
): Generator<readonly ScannedResource[]> {
  return scanRows(store, lines, kind, wholeResources)
}

const wholeResources: RowRequest = {
  cells: [],
  paths: null,
  groupFields: true,
  origin: [],
  condition: null,
  first: most,
}

/**
 * The resources of the scopes in the order in which AWS gave them, in chunks that never cut a group, with what is asked
 * of them. A document is compared with its check, one that is read in part, too.
 */
export function* scanRows(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
): Generator<readonly ScannedResource[]> {
  if (!isTableThere(store, kind, lines) || areEmpty(store, kind, lines)) return
  const { paths } = request
  const readMembers =
    paths !== null && isOfMembers(request, kind)
      ? makeMemberReader(store, kind, paths, request.through)
      : null
  const readScope =
    needsDocument(request) && !readMembers
      ? makeDocumentReader(store, kind, request)
      : makeCellReader(store, kind, request, readMembers ? ['r._body_check', 'r._id'] : [], (line) => {
          const origin = chooseOrigin(line, request.origin)
          return (rows) => {
            const bodies = readMembers?.(rows, line)
            return rows.map((row, place): ScannedResource => {
              const body = bodies?.[place] ?? {}
              addCells(body, request.cells, row, 3, store)
              Object.assign(body, origin)
              return { line, groupId: row[1], groupFields: null, body }
            })
          }
        })
  const check = makeCellChecker(store, kind, lookedAt(request))
  yield* withSmallCache(store.db, pagesKept, () => readScopes(store, lines, kind, request, check, readScope))
}

/**
 * The same of a request for columns alone, each resource as a list of values. `places` says where each of them stands among
 * the cells of the request and, behind these, its fields of the origin.
 */
export function* scanCells(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
  places: readonly number[],
): Generator<readonly (readonly Json[])[]> {
  if (!isTableThere(store, kind, lines) || areEmpty(store, kind, lines)) return
  const width = request.cells.length
  const readScope = makeCellReader(store, kind, request, [], (line) => {
    const origin = Object.values(chooseOrigin(line, request.origin))
    return (rows) =>
      rows.map((row) =>
        places.map((place) => {
          if (place >= width) return origin[place - width] ?? null
          const value = (row[3 + place] ?? null) as Json
          requireCell(value, row[0], store)
          return value
        }),
      )
  })
  const check = makeCellChecker(store, kind, lookedAt(request))
  yield* withSmallCache(store.db, pagesKept, () => readScopes(store, lines, kind, request, check, readScope))
}

/** Whether no scope has a row, as the ledger says, and as is looked up: then nothing is made ready to read rows. */
function areEmpty(store: Store, kind: Kind, lines: readonly LedgerLine[]): boolean {
  const count = countChecker(store, kind)
  return lines.every((line) => line.rows === 0 && count(line) === 0)
}

/** In KB. */
const pagesKept = 8192

function* readScopes<T>(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
  checkCells: CellChecker,
  readScope: (line: LedgerLine) => RowChunks<T>,
): Generator<readonly T[]> {
  const count = countChecker(store, kind)
  requireRowsOfId(store, kind, lines, request.condition)
  let size = Math.min(most, request.first)
  for (const line of lines) {
    const isCounted = checkCells(line)
    const { total, chunks } = readScope(line)
    // A row that is looked for by its id is there or not; of all others the number is known.
    const isWhole = request.condition === null
    if (isWhole ? total !== line.rows : request.condition?.id === null && !isCounted) count(line)
    for (const chunk of chunks(() => size)) {
      yield chunk
      size = Math.min(most, 2 * size)
    }
  }
}

/**
 * The columns that rows are left out by, here or by an expression that looks at their cells. A row that is looked for by its
 * id is visited alone: to look at all others would take longer than all else.
 */
export function lookedAt({ condition, cells, checked = [] }: RowRequest): readonly string[] {
  if (condition !== null && condition.id !== null) return []
  const looked = cells.filter(({ isShown }) => isShown !== true).map(({ sql }) => sql)
  return [...(condition?.columns ?? []), ...looked, ...checked]
}

/** Whether any document is looked at. */
export function needsDocument({ paths, groupFields }: RowRequest): boolean {
  return paths === null || paths.length > 0 || groupFields
}

/** Whether members of documents are looked at, and nothing else of these, which are known by their ids. */
function isOfMembers({ paths, groupFields }: RowRequest, { identity }: Kind): boolean {
  return paths !== null && paths.length > 0 && !groupFields && identity !== 'item'
}

/** How many rows of the scopes meet a request's condition. */
export function countVisitedRows(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
): number {
  if (!isTableThere(store, kind, lines)) return 0
  const readNumbers = makeNumberReader(store, kind, request.condition)
  return lines.reduce((sum, line) => sum + readNumbers(line).total, 0)
}

/** Rows of columns. `more`: what else is read of a row, behind the cells, as SQL. */
function makeCellReader<T>(
  store: Store,
  kind: Kind,
  request: RowRequest,
  more: readonly string[],
  makeReader: (line: LedgerLine) => (rows: readonly Row[]) => readonly T[],
): (line: LedgerLine) => RowChunks<T> {
  const columns = [...request.cells.map(({ sql }) => sql), ...more]
  const readRows = makeChunkReader(store, kind, columns, request.condition)
  return (line) => readAll(readRows(line), makeReader(line))
}

/** Rows of documents: numbers first, then chunk by chunk what is asked of them. */
function makeDocumentReader(
  store: Store,
  kind: Kind,
  request: RowRequest,
): (line: LedgerLine) => RowChunks<ScannedResource> {
  const readNumbers = makeNumberReader(store, kind, request.condition)
  const readDocuments = makeRowReader(store, kind, request)
  return (line) => readAll(readNumbers(line), (rows) => readDocuments(rows, () => line))
}

function readAll<From, To>(
  { total, chunks }: RowChunks<From>,
  read: (chunk: readonly From[]) => readonly To[],
): RowChunks<To> {
  return { total, chunks: (sizeOf) => readEach(chunks(sizeOf), read) }
}

/** Makes the function that reads what is asked of rows that are known by their numbers, in that order. */
function makeRowReader(store: Store, kind: Kind, { cells, paths, origin }: RowRequest) {
  const isPart = paths !== null && paths.length > 0
  const ownId = isPart && kind.identity !== 'item' ? `d.body ->> '${kind.id}'` : 'r._id'
  const documents = store.db.prepare(
    `SELECT r._row AS row, r._id AS id, r._group AS group_id, r._digest AS digest, r._body_check AS body_check,
       d.body AS bytes, d.group_fields, ${bodyOf(paths)} AS body,
       ${ownId} AS own_id${cells.map(({ sql }, index) => `, ${sql} AS c${index}`).join('')}
     FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
     CROSS JOIN document d ON d.resource_id = wanted.value`,
  )
  const origins = new Map<LedgerLine, JsonObject>()
  return (rows: readonly number[], lineOf: (row: number) => LedgerLine): readonly ScannedResource[] => {
    const [first] = rows
    if (first === undefined) return []
    const found = withDocumentErrors(store, lineOf(first), () =>
      documents.all(JSON.stringify(rows)),
    ) as NumberedRow[]
    if (found.length !== rows.length) {
      const there = new Set(found.map(({ row }) => row))
      const missing = rows.find((row) => !there.has(row)) ?? first
      throw damagedRowError(store, missing, 'a document is missing')
    }
    return found.map((row) => {
      const line = lineOf(row.row)
      const resource = documentIn(row, store, line, kind, paths === null)
      const body = resource.body as Record<string, Json>
      const values = cells.map((_, index) => (row as unknown as Record<string, Json>)[`c${index}`] ?? null)
      addCells(body, cells, [row.row, ...values], 1, store)
      const own = origins.get(line) ?? chooseOrigin(line, origin)
      origins.set(line, own)
      return { ...resource, body: Object.assign(body, own) }
    })
  }
}

interface NumberedRow extends DocumentRow {
  row: number
}

/** Resources by the numbers of their rows, in that order and in chunks, with what is asked of them. */
export function scanRowsByNumber(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
  rows: readonly number[],
): Generator<readonly ScannedResource[]> {
  return makeNumberScan(store, lines, kind, request)(rows)
}

/** Makes the function that does so for one lot of rows after the other. */
export function makeNumberScan(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: RowRequest,
): (rows: readonly number[]) => Generator<readonly ScannedResource[]> {
  let read: ReturnType<typeof makeRowReader> | null = null
  const byScope = new Map(lines.map((line) => [line.scopeId, line]))
  const lineOf = (row: number): LedgerLine => {
    const line = byScope.get(scopeIdOf(row))
    if (line) return line
    throw damagedRowError(store, row, 'a row belongs to no scope')
  }
  return function* (rows) {
    for (let start = 0; start < rows.length; start += most) {
      // A kind that was never read has no table.
      read ??= makeRowReader(store, kind, request)
      yield read(rows.slice(start, start + most), lineOf)
    }
  }
}

/** Gives a body its cells. `values` begin with the number of the row. */
export function addCells(
  body: Record<string, Json>,
  cells: readonly RowCell[],
  values: readonly Json[],
  from: number,
  store: Store,
): void {
  for (const [index, { member }] of cells.entries()) {
    const value = values[from + index] ?? null
    requireCell(value, Number(values[0]), store)
    body[member] = value
  }
}

function requireCell(value: Json, row: number, store: Store): void {
  if (!isCell(value)) throw damagedRowError(store, row, 'a column is not what was stored')
}

/** Its fields stand in the order of all of them. */
export function chooseOrigin(line: LedgerLine, fields: readonly OriginField[]): JsonObject {
  const origin = originOf(line)
  return Object.fromEntries(
    originFields.filter((field) => fields.includes(field)).map((field) => [field, origin[field]]),
  )
}
