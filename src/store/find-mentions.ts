import { makeWordHasher } from '../kinds/json-words.ts'
import { hashWord } from '../kinds/word-forms.ts'
import { passPausePoint } from '../pause-points.ts'
import { kindNamed, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import { type MentionPage, readPage } from './mention-pages.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

/**
 * The rows of some scopes that may hold words, by the hashes of these: all that do, and some that do not, or no longer.
 * A million resources take 0.1 s.
 */
export function findMentions(
  store: Store,
  lines: readonly LedgerLine[],
  hashes: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  const note = (hash: number, row: number) => {
    const rows = found.get(hash)
    if (!rows) found.set(hash, [row])
    else if (rows.at(-1) !== row) rows.push(row)
  }
  if (hashes.size === 0) return new Map()
  const { db, file } = store
  const unmentioned = withStoreErrors(
    file,
    () =>
      new Set(
        db.prepare('SELECT scope_id FROM scope WHERE unmentioned IS NOT NULL').pluck().all() as number[],
      ),
  )
  const held = lines.filter(({ rows }) => rows > 0)
  const counts = new Map(
    held.filter(({ scopeId }) => !unmentioned.has(scopeId)).map(({ scopeId }) => [scopeId, 0]),
  )
  const damaged = new Set<number>()
  const search = makeSearch(hashes)
  withStoreErrors(file, () => {
    for (const [number, ...cells] of iteratePages(store, [...counts.keys()])) {
      passPausePoint()
      const scopeId = scopeIdOf(number)
      const page = readPage(cells)
      if (!page) damaged.add(scopeId)
      else {
        const [first] = rowRangeOf(scopeId)
        counts.set(scopeId, (counts.get(scopeId) ?? 0) + page.places.length / 2)
        search(page, (hash, row) => note(hash, first + row))
      }
    }
  })
  // A page that is damaged, or lost, may have been the only one to say so.
  for (const { scopeId, rows, scope } of held)
    if (damaged.has(scopeId) || (counts.get(scopeId) ?? 0) < rows)
      searchDocuments(store, scope.kind, rowRangeOf(scopeId), hashes, note)
  for (const rows of found.values()) rows.sort((a, b) => a - b)
  return new Map([...found].map(([hash, rows]) => [hash, rows.filter((row, at) => row !== rows[at - 1])]))
}

/** The pages of scopes, one after the other: one statement for all, as a cache may have tens of thousands of small ones. */
function iteratePages(
  { db }: Store,
  scopes: readonly number[],
): Iterable<readonly [page: number, ...unknown[]]> {
  const ranges = scopes.map((scopeId) => rowRangeOf(scopeId))
  const statement = db
    .prepare(
      `SELECT p.page, p.places, p.hashes, p.checksum FROM json_each(?) AS range
       CROSS JOIN mention_page p ON p.page BETWEEN range.value ->> 0 AND range.value ->> 1`,
    )
    .raw()
  return statement.iterate(JSON.stringify(ranges)) as Iterable<[number, ...unknown[]]>
}

type Note = (hash: number, row: number) => void

/** Makes the function that looks for hashes in a page: few are looked for one after the other, many at once. */
function makeSearch(hashes: ReadonlySet<number>): (page: MentionPage, note: Note) => void {
  if (hashes.size <= few) {
    const wanted = [...hashes]
    return ({ places, hashes: held }, note) => {
      for (const hash of wanted)
        for (let at = held.indexOf(hash); at >= 0; at = held.indexOf(hash, at + 1))
          note(hash, rowAt(places, at))
    }
  }
  // Most are known to be none of them by the last 16 bits.
  const ends = new Uint8Array(65_536)
  for (const hash of hashes) ends[hash & 65_535] = 1
  return ({ places, hashes: held }, note) => {
    for (let at = 0; at < held.length; at += 1) {
      const hash = held[at] as number
      if (ends[hash & 65_535] === 1 && hashes.has(hash)) note(hash, rowAt(places, at))
    }
  }
}

const few = 4

/** The row whose hashes stand at a place: the first that ends behind it. */
function rowAt(places: Uint32Array, at: number): number {
  let [low, high] = [0, places.length / 2 - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[2 * middle + 1] as number) > at) high = middle
    else low = middle + 1
  }
  return places[2 * low] as number
}

/** Rows of an older muster in a cache that cannot be written, or of a page that is damaged. */
function searchDocuments(
  { db, file, kinds }: Store,
  name: string,
  range: readonly [number, number],
  hashes: ReadonlySet<number>,
  note: Note,
): void {
  const kind = kindNamed(kinds, name)
  if (!kind) return
  const hashesOf = makeWordHasher()
  const documents = db
    .prepare(
      `SELECT r._row, r._id, d.body, d.group_fields FROM ${tableOf(kind)} r
       JOIN document d ON d.resource_id = r._row WHERE r._row BETWEEN ? AND ? AND json_valid(d.body, 8)`,
    )
    .raw()
  withStoreErrors(file, () => {
    const rows = documents.iterate(...range) as Iterable<[number, string, Uint8Array, string | null]>
    for (const [row, id, body, fields] of rows) {
      passPausePoint()
      const own = hashWord(id)
      if (hashes.has(own)) note(own, row)
      for (const document of [body, fields ?? '{}'])
        for (const hash of hashesOf(document)) if (hashes.has(hash)) note(hash, row)
    }
  })
}
