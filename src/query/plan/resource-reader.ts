import { makeHeapHolder } from '../../hold-heap.ts'
import type { Ast } from '../../jmespath/ast.ts'
import { originOf } from '../../kinds.ts'
import type { Json, Kind, ScopeResources } from '../../model.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import type { RowOrder } from '../../store/order-parts.ts'
import { runInSnapshot } from '../../store/scan.ts'
import { type AlikeResources, scanAlike } from '../../store/scan-alike.ts'
import { scanOrdered } from '../../store/scan-ordered.ts'
import {
  countVisitedRows,
  makeNumberScan,
  type RowRequest,
  scanCells,
  scanRows,
} from '../../store/scan-rows.ts'
import { countRows } from '../../store/scope-count.ts'
import { type FoundResource, listFoundResources, type ResourceSource } from '../documents.ts'
import { type ExactColumn, readExactColumns } from './exact-columns.ts'

/** Whether resources of a scope can matter. */
export type ScopeTest = (source: ResourceSource) => boolean

/** Where resources are found. */
export interface ResourceReader {
  /** The resources of a kind that a request asks for, in chunks of whole groups, with their origin. */
  readonly read: (kind: Kind, request: RowRequest, isWanted?: ScopeTest) => Iterable<readonly FoundResource[]>
  /** Makes the function that reads the same of rows that are known by their numbers, in that order; null if they have none. */
  readonly makeNumberReader:
    | ((kind: Kind, request: RowRequest) => (rows: readonly number[]) => Iterable<readonly FoundResource[]>)
    | null
  /** The same, of columns alone: resources that are alike only once. Null if they are in memory anyway. */
  readonly readAlike:
    | ((kind: Kind, request: RowRequest, isWanted: ScopeTest) => Iterable<AlikeResources>)
    | null
  /** The same of columns alone, each resource as a list of values (see CellRows). Null if they are in memory anyway. */
  readonly readCells:
    | ((
        kind: Kind,
        request: RowRequest,
        places: readonly number[],
        isWanted: ScopeTest,
      ) => Iterable<readonly (readonly Json[])[]>)
    | null
  /** The same in an order, all of which is known of columns and the origin. Null if they are in no order that is known. */
  readonly readOrdered:
    | ((
        kind: Kind,
        request: RowRequest,
        places: readonly number[],
        order: RowOrder,
        isWanted: ScopeTest,
      ) => Iterable<readonly (readonly Json[])[]> | null)
    | null
  /** How many resources of a kind there are. */
  readonly count: (kind: Kind) => number
  /** How many of them meet a request's condition, as far as it is one of SQL. */
  readonly countVisited: (kind: Kind, request: RowRequest, isWanted: ScopeTest) => number
  /** The columns that can be read in place of what they stand for in a tree. */
  readonly columnsOf: (kind: Kind, tree: Ast) => readonly ExactColumn[]
  /** Reads what work reads as it is at one moment. */
  readonly inSnapshot: <T>(work: () => Iterable<T>) => Iterable<T>
}

/** The resources of scopes in the cache. */
export function cacheReader(store: Store, linesOf: (kind: Kind) => readonly LedgerLine[]): ResourceReader {
  return {
    read: (kind, request, isWanted = () => true) =>
      holdingHeap(scanRows(store, linesOf(kind).filter(isWanted), kind, request)),
    makeNumberReader: (kind, request) => makeNumberScan(store, linesOf(kind), kind, request),
    readAlike: (kind, request, isWanted) => scanAlike(store, linesOf(kind).filter(isWanted), kind, request),
    readCells: (kind, request, places, isWanted) =>
      holdingHeap(scanCells(store, linesOf(kind).filter(isWanted), kind, request, places)),
    readOrdered(kind, request, places, order, isWanted) {
      const rows = scanOrdered(store, linesOf(kind).filter(isWanted), kind, request, places, order)
      return rows && holdingHeap(rows)
    },
    count: (kind) => countRows(store, kind, linesOf(kind)),
    countVisited: (kind, request, isWanted) =>
      countVisitedRows(store, linesOf(kind).filter(isWanted), kind, request),
    // To find the columns takes 4 ms of a start, and where no rows are they save nothing.
    columnsOf: (kind, tree) =>
      linesOf(kind).some(({ rows }) => rows > 0) ? readExactColumns(store, kind, tree) : [],
    inSnapshot: (work) => runInSnapshot(store, work),
  }
}

function* holdingHeap<T>(chunks: Iterable<T>): Generator<T> {
  const holdHeap = makeHeapHolder()
  for (const chunk of chunks) {
    holdHeap()
    yield chunk
  }
}

/** Resources that were read and not stored: all of them are in memory. */
export function liveReader(read: readonly ScopeResources[]): ResourceReader {
  const count = () => read.reduce((sum, { resources }) => sum + resources.length, 0)
  return {
    *read(_, { origin }) {
      for (const chunk of listFoundResources(read)) {
        yield chunk.map((each) =>
          origin.length > 0 ? { ...each, body: { ...each.body, ...originOf(each.line) } } : each,
        )
      }
    },
    makeNumberReader: null,
    readAlike: null,
    readCells: null,
    readOrdered: null,
    count,
    countVisited: count,
    columnsOf: () => [],
    inSnapshot: (work) => work(),
  }
}
