import { nameColumnOf } from '../kinds/name-column.ts'
import { kinds, originOf } from '../kinds.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { kindNamed, tableOf } from '../store/kind-tables.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { narrowColumns } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import { scopeIdOf } from '../store/row-keys.ts'
import { runInSnapshot } from '../store/scan.ts'
import { type RowRequest, scanRowsByNumber } from '../store/scan-rows.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { partsOf } from './parts.ts'

/** Does some work on a cache as it is at one moment, whatever a sync writes meanwhile. */
export function readAtOnce<T>({ store }: Inventory, work: () => T): T {
  const [result] = runInSnapshot(store, () => [work()])
  return result as T
}

/** What is looked into: a cache, and the scopes of it, of all kinds that are meant. */
export interface Inventory {
  readonly store: Store
  readonly lines: readonly LedgerLine[]
}

/** A resource of the cache, with what one wants to know of it beside another. */
export interface KnownResource {
  /** The number of its row: `readDocumentById` and the screen's listings know it by this. */
  readonly row: number
  /** The name of its kind. */
  readonly kind: string
  readonly id: string
  readonly name: string | null
  readonly state: string | null
  readonly accountId: string | null
  readonly accountName: string | null
  readonly region: string | null
  /** When its scope was last read to its end, in ms since 1970. */
  readonly syncedAt: number | null
  /** Names of the other accounts that have it too: a subnet that is shared is its owner's. */
  readonly seenFrom: readonly string[]
}

/** The kind of a row, and its line of the ledger. */
export interface RowPlace {
  readonly kind: Kind
  readonly line: LedgerLine
}

/**
 * The function that finds the scope and kind of a row; null for a row of no scope that is meant. It is made once: there may
 * be tens of thousands of scopes.
 */
export function placeFinder(inventory: Inventory): (row: number) => RowPlace | null {
  const known = placeFinders.get(inventory)
  if (known) return known
  const find = makePlaceFinder(inventory)
  placeFinders.set(inventory, find)
  return find
}

const placeFinders = new WeakMap<Inventory, ReturnType<typeof placeFinder>>()

function makePlaceFinder({ store, lines }: Inventory): (row: number) => RowPlace | null {
  const byScope = new Map(lines.map((line) => [line.scopeId, line]))
  const kinds = new Map<string, Kind | null>()
  return (row) => {
    const line = byScope.get(scopeIdOf(row))
    if (!line) return null
    const { kind: name } = line.scope
    const kind = kinds.get(name) ?? kindNamed(store.kinds, name)
    kinds.set(name, kind)
    return kind && { kind, line }
  }
}

/** The resources of these rows, in their order, each as it is: `foldRows` makes one of those that are the same. */
export function readEach(
  inventory: Inventory,
  rows: readonly number[],
  seenFrom: ReadonlyMap<number, readonly string[]>,
): readonly KnownResource[] {
  const found = new Map<number, KnownResource>()
  for (const [kind, own] of rowsByKind(inventory, rows))
    for (let from = 0; from < own.length; from += rowsAtOnce)
      for (const each of readOfKind(inventory, kind, own.slice(from, from + rowsAtOnce), seenFrom))
        found.set(each.row, each)
  return rows.flatMap((row) => found.get(row) ?? [])
}

/** So many rows of a table are in memory at once. */
const rowsAtOnce = 1000

function readOfKind(
  inventory: Inventory,
  kind: Kind,
  rows: readonly number[],
  seenFrom: ReadonlyMap<number, readonly string[]>,
): readonly KnownResource[] {
  const { store } = inventory
  const find = placeFinder(inventory)
  const column = narrowColumns(store, kind)
  const sqlOf = (name: string | null | undefined) => {
    const known = name == null ? null : column(name)
    return known && 'value' in known ? known.value : 'NULL'
  }
  const id = kind.identity === 'item' ? sqlOf(kind.id) : 'r._id'
  const statement = store.db
    .prepare(
      `SELECT r._row, ${id}, ${sqlOf(nameColumnOf(kind))}, ${sqlOf(kind.state?.column)}
       FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
    )
    .raw()
  const read = withStoreErrors(store.file, () => statement.all(JSON.stringify(rows))) as [number, ...Json[]][]
  return read.flatMap(([row, ownId, name = null, state = null]) => {
    const place = find(row)
    if (!place) return []
    const { AccountId, AccountName, Region } = originOf(place.line)
    return {
      row,
      kind: kind.name,
      id: String(ownId ?? ''),
      name: name === null ? null : String(name),
      state: state === null ? null : String(state),
      accountId: AccountId,
      accountName: AccountName,
      region: Region,
      syncedAt: place.line.syncedAt,
      seenFrom: seenFrom.get(row) ?? nobodyElse,
    }
  })
}

const nobodyElse: readonly string[] = []

/**
 * The rows of a kind by the resource that they are of: what several accounts see is one. In the order in which the first
 * of each stands.
 */
export function groupByResource(
  inventory: Inventory,
  kind: Kind,
  rows: readonly number[],
): readonly (readonly number[])[] {
  if (kind.identity === 'item') return rows.map((row) => [row])
  const find = placeFinder(inventory)
  const { store } = inventory
  const statement = store.db
    .prepare(
      `SELECT r._row, r._id FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
    )
    .raw()
  const groups = new Map<string, number[]>()
  for (const some of partsOf(rows)) {
    const found = withStoreErrors(store.file, () => statement.all(JSON.stringify(some))) as [number, string][]
    for (const [row, id] of found) {
      const key = `${find(row)?.line.scope.region}/${id}`
      const group = groups.get(key)
      if (group) group.push(row)
      else groups.set(key, [row])
    }
  }
  return [...groups.values()]
}

/**
 * Of kinds that have a resource with the same id, the one whose resource it is: others, as the status of instances, say
 * something of it. Undefined of none.
 */
export function firstHolder(holders: readonly Kind[]): Kind | undefined {
  const places = holders.map((kind) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length))
  return holders[places.indexOf(Math.min(...places))]
}

/** A whole resource with what it carries of its group, its kind and the number of its row. */
export interface WholeResource {
  readonly row: number
  readonly kind: Kind
  readonly resource: JsonObject
}

/**
 * The whole resources of rows, each compared with its digest. Rows that have gone are left out, and those of scopes that
 * are not meant.
 */
export function* readWholeResources(inventory: Inventory, rows: readonly number[]): Generator<WholeResource> {
  const { store } = inventory
  const find = placeFinder(inventory)
  for (const [kind, own] of rowsByKind(inventory, rows)) {
    const lines = [...new Set(own.flatMap((row) => find(row)?.line ?? []))]
    const there = readNumbers(
      store,
      `SELECT r._row FROM json_each(?) AS wanted
      CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
      [JSON.stringify(own)],
    )
    let next = 0
    for (const chunk of scanRowsByNumber(store, lines, kind, whole, there))
      for (const { body, groupFields } of chunk)
        yield {
          row: there[next++] as number,
          kind,
          resource: groupFields ? { ...groupFields, ...body } : body,
        }
  }
}

/** Those of the rows that hold a text, which has no character that JSON writes in another way: 2 µs for each. */
export function keepHolders(inventory: Inventory, rows: readonly number[], text: string): readonly number[] {
  const { store } = inventory
  return rowsByKind(inventory, rows).flatMap(([kind, own]) =>
    readNumbers(
      store,
      `SELECT r._row FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
       LEFT JOIN document d ON d.resource_id = r._row
       WHERE d.body IS NULL OR instr(d.body, CAST(? AS BLOB)) OR instr(d.group_fields, ?)`,
      [JSON.stringify(own), text, text],
    ),
  )
}

/**
 * The rows that have an id, in the scopes of those that mention it: they are among these. Each scope is asked by its
 * index, as thousands may mention a subnet.
 */
export function findOwnRows(
  inventory: Inventory,
  mentioning: readonly number[],
  id: string,
): readonly number[] {
  const { store } = inventory
  const firsts = [...new Map(mentioning.map((row) => [scopeIdOf(row), row])).values()]
  return rowsByKind(inventory, firsts).flatMap(([kind, own]) =>
    kind.identity === 'item'
      ? []
      : readNumbers(
          store,
          `SELECT r._row FROM json_each(?) AS wanted
           CROSS JOIN ${tableOf(kind)} r ON r._scope = wanted.value AND r._id = ?`,
          [JSON.stringify(own.map(scopeIdOf)), id],
        ),
  )
}

/** The rows of a kind that have these ids, by the id. */
export function findRowsOfIds(
  { store, lines }: Inventory,
  name: string,
  ids: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const scopes = lines.flatMap(({ scope, scopeId, rows }) =>
    scope.kind === name && rows > 0 ? [scopeId] : [],
  )
  const kind = kindNamed(store.kinds, name)
  if (!kind || scopes.length === 0) return new Map()
  const statement = store.db
    .prepare(
      `SELECT r._id, r._row FROM json_each(?) AS id CROSS JOIN json_each(?) AS scope
       CROSS JOIN ${tableOf(kind)} r ON r._scope = scope.value AND r._id = id.value`,
    )
    .raw()
  const found = withStoreErrors(store.file, () =>
    statement.all(JSON.stringify(ids), JSON.stringify(scopes)),
  ) as [string, number][]
  const byId = Map.groupBy(found, ([id]) => id)
  return new Map([...byId].map(([id, rows]) => [id, rows.map(([, row]) => row)]))
}

/** Rows of scopes that are meant, by their kinds. */
export function rowsByKind(
  inventory: Inventory,
  rows: readonly number[],
): readonly (readonly [Kind, readonly number[]])[] {
  const find = placeFinder(inventory)
  // Not by Map.groupBy: its arrays have each number as an object.
  const groups = new Map<Kind, number[]>()
  for (const row of rows) {
    const kind = find(row)?.kind
    if (!kind) continue
    const own = groups.get(kind)
    if (own) own.push(row)
    else groups.set(kind, [row])
  }
  return [...groups]
}

function readNumbers({ db, file }: Store, sql: string, parameters: readonly string[]): readonly number[] {
  return withStoreErrors(file, () =>
    db
      .prepare(sql)
      .pluck()
      .all(...parameters),
  ) as number[]
}

const whole: RowRequest = {
  cells: [],
  paths: null,
  groupFields: true,
  origin: [],
  condition: null,
  first: 1000,
}
