import type { Json, JsonObject } from '../model.ts'
import { explained, type Store } from './open.ts'

/** A stretch of one scope's rows in the order asked for: what a screen needs to know where a row stands. */
export interface Run {
  readonly ids: Float64Array
  readonly positions: Float64Array
  /** The values that the rows are sorted by; null for the order in which AWS gave them. */
  readonly keys: readonly SortKey[] | null
}

export type SortKey = string | number | null

/** Lower-case text that a column or a tag must hold, or must not. */
export interface TextWanted {
  readonly text: string
  readonly inverse: boolean
}

export interface RunRequest {
  /** The slot to sort by; null for none. */
  readonly slot: number | null
  readonly descending: boolean
}

/** Rows of a run: small enough that reading one takes about as long as a frame. */
const runSize = 20_000

/**
 * Makes the function that reads one scope run by run; between two runs other work may be done. Runs may overlap in
 * their order. The text that is looked for is a part of each call: it does not count where the origin holds it.
 */
export function runReader(store: Store, { slot, descending }: RunRequest) {
  const key = slot === null ? '' : `, r.c${slot}`
  const last = store.db
    .prepare('SELECT max(resource_id) FROM resource WHERE resource_id BETWEEN ? AND ?')
    .pluck()
  const all = store.db
    .prepare(`SELECT r.resource_id, r.position${key} FROM resource r WHERE r.resource_id BETWEEN ? AND ?`)
    .raw()
  const holding = store.db
    .prepare(
      `SELECT r.resource_id, r.position${key} FROM resource r JOIN search s ON s.resource_id = r.resource_id
       WHERE r.resource_id BETWEEN ? AND ? AND (instr(s.text, ?) > 0) = ?`,
    )
    .raw()
  return function* scopeRuns(scopeId: number, text: TextWanted | null): Generator<Run> {
    const first = scopeId * 2 ** 32
    const end = explained(store.file, () => last.get(first, first + 2 ** 32 - 1)) as number | null
    for (let from = first; from <= (end ?? -1); from += runSize) {
      const to = from + runSize - 1
      const found = explained(store.file, () =>
        text ? holding.all(from, to, text.text, text.inverse ? 0 : 1) : all.all(from, to),
      ) as RunRow[]
      if (found.length > 0) yield runOf(found, slot !== null, descending)
    }
  }
}

/** The scopes that have rows: of thousands of accounts, most have none in most regions. */
export function scopesWithRows(store: Store): ReadonlySet<number> {
  const next = store.db.prepare('SELECT min(resource_id) FROM resource WHERE resource_id >= ?').pluck()
  const found = new Set<number>()
  for (let from: number | null = 0; from !== null; ) {
    const id = explained(store.file, () => next.get(from)) as number | null
    if (id !== null) found.add(scopeIdOf(id))
    from = id === null ? null : (scopeIdOf(id) + 1) * 2 ** 32
  }
  return found
}

/** Orders sort keys: null last in both directions, numbers before text, text by code point as SQLite does. */
export function compareKeys(a: SortKey, b: SortKey, descending: boolean): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  const order = compareTold(a, b)
  return descending ? -order : order
}

/** A row of the narrow table: values of the slots asked for, and when AWS last gave it, in ms since 1970. */
export interface NarrowRow {
  readonly id: number
  readonly seenAt: number
  readonly values: readonly Json[]
}

/** Reads rows by their ids, in that order; null for one that has gone. */
export function rowsById(
  store: Store,
  ids: readonly number[],
  slots: readonly number[],
): readonly (NarrowRow | null)[] {
  const columns = slots.map((slot) => `, r.c${slot}`).join('')
  const rows = store.db
    .prepare(
      `SELECT r.resource_id, r.seen_at${columns} FROM json_each(?) AS wanted
       CROSS JOIN resource r ON r.resource_id = wanted.value`,
    )
    .raw()
  const found = explained(store.file, () => rows.all(JSON.stringify(ids))) as [number, number, ...Json[]][]
  const known = new Map(found.map(([id, seenAt, ...values]) => [id, { id, seenAt, values }]))
  return ids.map((id) => known.get(id) ?? null)
}

/** The whole resource, as the AWS CLI prints it; null where it has gone. */
export function documentById(store: Store, id: number): JsonObject | null {
  const text = explained(store.file, () =>
    store.db.prepare('SELECT json(body) FROM document WHERE resource_id = ?').pluck().get(id),
  )
  return typeof text === 'string' ? (JSON.parse(text) as JsonObject) : null
}

/** The row of the resource with that id in a scope; null where there is none. */
export function findInScope(store: Store, scopeId: number, id: string): number | null {
  const found = explained(store.file, () =>
    store.db
      .prepare('SELECT resource_id FROM resource WHERE scope_id = ? AND id = ?')
      .pluck()
      .get(scopeId, id),
  )
  return typeof found === 'number' ? found : null
}

/** The scope that a row belongs to: ids are made of both. */
export function scopeIdOf(id: number): number {
  return Math.floor(id / 2 ** 32)
}

type RunRow = [id: number, position: number, key?: SortKey]

function runOf(rows: RunRow[], sorted: boolean, descending: boolean): Run {
  if (sorted) rows.sort((a, b) => compareKeys(a[2] ?? null, b[2] ?? null, descending) || a[1] - b[1])
  else if (!rows.every((row, index) => index === 0 || (rows[index - 1]?.[1] ?? 0) <= row[1]))
    rows.sort((a, b) => a[1] - b[1])
  return {
    ids: Float64Array.from(rows, (row) => row[0]),
    positions: Float64Array.from(rows, (row) => row[1]),
    keys: sorted ? rows.map((row) => row[2] ?? null) : null,
  }
}

function compareTold(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  if (astral.test(a) || astral.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

/** UTF-16 puts these before U+E000 and above; code points do not. */
const astral = /[\ud800-\udfff]/
