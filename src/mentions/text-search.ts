import { isObject } from '../json-object.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { makeTextTest, makeValueTest } from '../query/filter/value-test.ts'
import { tableOf } from '../store/kind-tables.ts'
import { narrowColumns } from '../store/narrow.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { type Inventory, nameColumnOf, placeFinder } from './resources.ts'

/** A row whose name, tag or other column holds a text. */
interface PlacedText {
  readonly row: number
  readonly where: string
  readonly rank: number
}

/**
 * The rows of which a word is a part of a column or of a tag, by the word: smart case, and a glob must match the whole.
 * `Key=Value` is a tag.
 */
export function findByText(
  inventory: Inventory,
  words: readonly string[],
): ReadonlyMap<string, readonly PlacedText[]> {
  const findRow = placeFinder(inventory)
  const { store } = inventory
  const search = store.db.prepare('SELECT resource_id FROM search WHERE instr(text, ?)').pluck()
  return new Map(
    words.map((word) => {
      const rows = withStoreErrors(store.file, () =>
        search.all(longestPartOf(word).toLowerCase()),
      ) as number[]
      const byKind = Map.groupBy(rows, (row) => findRow(row)?.kind ?? null)
      return [word, [...byKind].flatMap(([kind, own]) => (kind ? placesIn(inventory, kind, own, word) : []))]
    }),
  )
}

/** Of a glob, the longest part that is not a wildcard: what it matches holds that. */
function longestPartOf(word: string): string {
  return word.split(/[*?]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

function placesIn(
  { store }: Inventory,
  kind: Kind,
  rows: readonly number[],
  word: string,
): readonly PlacedText[] {
  const passes = makeValueTest(makeTextTest(/[*?]/.test(word) ? 'glob' : 'part', word))
  const find = narrowColumns(store, kind)
  const columns = kind.columns.flatMap(({ name }) => {
    const column = find(name)
    return column && 'value' in column ? [{ name, sql: column.value }] : []
  })
  const statement = store.db
    .prepare(
      `SELECT r._row, coalesce(d.body -> '$.Tags', d.body -> '$.TagSet')${columns.map(({ sql }) => `, ${sql}`).join('')}
       FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
       CROSS JOIN document d ON d.resource_id = r._row`,
    )
    .raw()
  const named = nameColumnOf(kind)
  const read = withStoreErrors(store.file, () => statement.all(JSON.stringify(rows))) as [
    number,
    string | null,
    ...Json[],
  ][]
  return read.flatMap(([row, tags, ...values]) => {
    const place = values.findIndex((value) => passes(value))
    const column = columns[place]?.name
    const isWhole = String(values[place]).toLowerCase() === word.toLowerCase()
    if (column === named && column !== undefined) return [{ row, where: 'name', rank: isWhole ? 1 : 41 }]
    const tag = tagThatPasses(tags, passes, word)
    if (tag !== null) return [{ row, where: `tag:${tag}`, rank: 42 }]
    return column === undefined ? [] : [{ row, where: column === kind.id ? 'id' : column, rank: 43 }]
  })
}

function tagThatPasses(text: string | null, passes: (value: Json) => boolean, word: string): string | null {
  const tags = text === null ? null : tagListOf({ Tags: JSON.parse(text) } as JsonObject)
  if (!Array.isArray(tags)) return null
  for (const tag of tags as readonly Json[]) {
    if (!isObject(tag)) continue
    if (passes(tag.Value ?? null) || (word.includes('=') && passes(`${tag.Key}=${tag.Value}`)))
      return String(tag.Key)
  }
  return null
}
