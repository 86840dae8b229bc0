import { isObject } from '../json-object.ts'
import type { Json, Kind } from '../model.ts'
import { DamagedScope } from './damage.ts'
import { bodyOf } from './document-paths.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { withDocumentErrors } from './scan.ts'

/** A row with its number first and its id last. */
type NamedRow = readonly [row: number, ...rest: Json[]]

/** How many documents are one text: V8 copies those that are in memory each time it looks for what is free. */
const atOnce = 250

/**
 * Makes the function that reads members of the documents of rows, in the order of these: each is known by its id. SQLite
 * writes those of many documents as one text, which costs a sixth less than a text for each.
 */
export function makeMemberReader(store: Store, kind: Kind, paths: Parameters<typeof bodyOf>[0]) {
  const statement = store.db
    .prepare(
      `SELECT json_group_array(d.body ->> '${kind.id}'), json_group_array(${bodyOf(paths)})
       FROM json_each(?) AS wanted CROSS JOIN document d ON d.resource_id = wanted.value`,
    )
    .raw()
  const readSome = (rows: readonly NamedRow[], line: LedgerLine): readonly Record<string, Json>[] => {
    const damageError = (found: string, cause?: unknown) =>
      new DamagedScope(store.file, line.scopeId, found, cause)
    const wanted = JSON.stringify(rows.map(([row]) => row))
    const [found] = withDocumentErrors(store, line, () => statement.all(wanted)) as [[string, string]]
    const [ids, bodies] = found.map((text) => {
      try {
        return JSON.parse(text) as readonly Json[]
      } catch (error) {
        throw damageError('a document is not JSON', error)
      }
    }) as [readonly Json[], readonly Json[]]
    if (bodies.length !== rows.length) throw damageError('a document is missing')
    const wrong = rows.findIndex((row, place) => row.at(-1) !== ids[place] || !isObject(bodies[place]))
    if (wrong >= 0) throw damageError(`${rows[wrong]?.at(-1)}: its document is that of another resource`)
    return bodies as readonly Record<string, Json>[]
  }
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Record<string, Json>[] => {
    if (rows.length <= atOnce) return readSome(rows, line)
    const bodies: Record<string, Json>[] = []
    for (let from = 0; from < rows.length; from += atOnce)
      bodies.push(...readSome(rows.slice(from, from + atOnce), line))
    return bodies
  }
}
