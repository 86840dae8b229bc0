import { hashWord } from '../kinds/word-forms.ts'
import { rowRangeOf } from '../store/row-keys.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { listMentions } from './places.ts'
import type { Inventory } from './resources.ts'

/**
 * The rows that may hold words, by the hashes of these: all that do, and some that do not, or no longer. In the order of
 * their numbers.
 */
export function findCandidates(
  { store, lines }: Inventory,
  hashes: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  const documents = store.db
    .prepare(
      `SELECT resource_id, json(body), group_fields FROM document
       WHERE resource_id BETWEEN ? AND ? AND json_valid(body, 8) ORDER BY resource_id`,
    )
    .raw()
  for (const { scopeId } of lines) {
    const rows = withStoreErrors(store.file, () => documents.all(...rowRangeOf(scopeId))) as [
      number,
      string,
      string | null,
    ][]
    for (const [row, body, fields] of rows) {
      const held = [JSON.parse(body), fields === null ? null : JSON.parse(fields)]
      for (const hash of new Set(held.flatMap(listMentions).map(({ word }) => hashWord(word)))) {
        if (!hashes.has(hash)) continue
        const known = found.get(hash)
        if (known) known.push(row)
        else found.set(hash, [row])
      }
    }
  }
  return found
}
