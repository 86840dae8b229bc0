import { isObject } from '../json-object.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { makeTextTest, makeValueTest } from '../query/filter/value-test.ts'
import { DamagedScope } from '../store/damage.ts'
import { kindNamed, tableOf } from '../store/kind-tables.ts'
import { narrowColumns } from '../store/narrow.ts'
import { rowRangeOf } from '../store/row-keys.ts'
import { countChecker } from '../store/scope-count.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { type Inventory, nameColumnOf, rowsByKind } from './resources.ts'

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
  const found = new Map<string, PlacedText[]>()
  for (let from = 0; from < words.length; from += atOnce) {
    const some = words.slice(from, from + atOnce)
    for (const [kind, rows] of rowsByKind(inventory, scanTexts(inventory, some)))
      for (const word of some) {
        const places = placesIn(inventory, kind, rows, word)
        found.set(word, [...(found.get(word) ?? []), ...places])
      }
  }
  return found
}

/** So many words are looked for in one pass over the texts. */
const atOnce = 50

/** The rows whose text may hold one of the words: 0.4 s for a million. */
function scanTexts({ store, lines }: Inventory, words: readonly string[]): readonly number[] {
  const parts = words.map((word) => longestPartOf(word).toLowerCase())
  const statement = store.db
    .prepare(
      `SELECT count(*), json_group_array(resource_id) FILTER (WHERE ${parts.map(() => 'instr(text, ?)').join(' OR ')})
       FROM search WHERE resource_id BETWEEN ? AND ?`,
    )
    .raw()
  return lines.flatMap((line) => {
    if (line.rows === 0) return []
    const [count, rows] = withStoreErrors(store.file, () =>
      statement.get(...parts, ...rowRangeOf(line.scopeId)),
    ) as [number, string]
    const kind = count === line.rows ? null : kindNamed(store.kinds, line.scope.kind)
    // A sync may have brought others since the ledger was read.
    if (kind && countChecker(store, kind)(line) !== count)
      throw new DamagedScope(store.file, line.scopeId, 'a text that is looked into is missing')
    return JSON.parse(rows) as number[]
  })
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
