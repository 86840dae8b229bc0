import { isObject } from '../json-object.ts'
import type { Json, Kind } from '../model.ts'
import { bodyCheckOf } from './body-check.ts'
import { defineDocumentCheck, isDocumentAsStored } from './check-documents.ts'
import { DamagedScope } from './damage.ts'
import { bodyOf } from './document-paths.ts'
import { endOfElement, type MemberTree, memberTreeOf, readMembers, UnusualElement } from './jsonb-members.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { withDocumentErrors } from './scan.ts'
import { withStoreErrors } from './store-errors.ts'

/** A row with its number first, and its check and its id last. */
type NamedRow = readonly [row: number, ...rest: Json[]]
type Body = Record<string, Json>

/** How many documents are read as one piece: V8 copies those that are in memory each time it looks for what is free. */
const atOnce = 250

/**
 * Makes the function that reads members of the documents of rows, in the order of these. Conditions look at them: a document
 * is compared with its check, as a wrong bit would leave its row out. Its bytes are needed for that, and the members are read
 * out of them; what SQLite must read, and what is damaged, it writes as JSON. `through`: the same paths, as far as they go on
 * into the elements of lists.
 */
export function makeMemberReader(
  store: Store,
  kind: Kind,
  paths: Paths,
  through: Paths = paths,
): (rows: readonly NamedRow[], line: LedgerLine) => readonly Body[] {
  const readBytes = makeBytesReader(store, memberTreeOf(through))
  let readText: ReturnType<typeof makeTextReader> | null = null
  const readSome = (rows: readonly NamedRow[], line: LedgerLine) => {
    const bodies = readBytes(rows, line)
    if (bodies) return bodies
    readText ??= makeTextReader(store, kind, paths)
    return readText(rows, line)
  }
  return (rows, line) => {
    if (rows.length <= atOnce) return readSome(rows, line)
    const bodies: Body[] = []
    for (let from = 0; from < rows.length; from += atOnce)
      bodies.push(...readSome(rows.slice(from, from + atOnce), line))
    return bodies
  }
}

type Paths = readonly (readonly string[])[]

/**
 * Makes the function that reads columns over the documents of rows, each as one value of all of them, and the place of
 * each row in it. A document that is missing has the place -1. Documents that lie side by side are read one after the other,
 * with those between them: to look for each by its number takes a fifth longer.
 */
function makeDocumentReader(store: Store, columns: readonly string[]) {
  const prepare = (from: string) =>
    store.db.prepare(`SELECT json_group_array(d.resource_id), ${columns.join(', ')} FROM ${from}`).raw()
  const single = prepare('json_each(?) AS wanted CROSS JOIN document d ON d.resource_id = wanted.value')
  const range = prepare('document d WHERE d.resource_id BETWEEN ? AND ?')
  const read = (numbers: readonly number[]) => {
    if (isDense(numbers)) {
      try {
        return range.get(numbers[0], numbers.at(-1))
      } catch {
        // One of those between them may be damaged, which does not matter.
      }
    }
    return single.get(JSON.stringify(numbers))
  }
  return (rows: readonly NamedRow[], line: LedgerLine) => {
    const numbers = rows.map(([row]) => row)
    const [found, ...values] = withDocumentErrors(store, line, () => read(numbers)) as [string, ...unknown[]]
    return { places: findPlaces(numbers, JSON.parse(found) as readonly number[]), values }
  }
}

/** Whether numbers rise, and at least four of five between the first and the last are among them. */
function isDense(numbers: readonly number[]): boolean {
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)]
  return (
    last - first < 1.25 * numbers.length &&
    numbers.every((row, at) => at === 0 || row > (numbers[at - 1] ?? row))
  )
}

/** The places of numbers in a list that has them in the same order. */
function findPlaces(numbers: readonly number[], found: readonly number[]): readonly number[] {
  let at = 0
  return numbers.map((row) => {
    const place = found.indexOf(row, at)
    if (place >= 0) at = place + 1
    return place
  })
}

/** Makes the function that has SQLite write the members as text. It throws a DamagedScope that says what is wrong. */
function makeTextReader(store: Store, kind: Kind, paths: Paths) {
  defineDocumentCheck(store)
  const check = store.db
    .prepare(
      `SELECT count(*) FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value
       CROSS JOIN document d ON d.resource_id = wanted.value WHERE ${isDocumentAsStored}`,
    )
    .pluck()
  const read = makeDocumentReader(store, [
    `json_group_array(d.body ->> '${kind.id}')`,
    `json_group_array(${bodyOf(paths)})`,
  ])
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Body[] => {
    const damageError = (found: string, cause?: unknown) =>
      new DamagedScope(store.file, line.scopeId, found, cause)
    const { places, values } = read(rows, line)
    const [ids, bodies] = values.map((text) => {
      try {
        return JSON.parse(text as string) as readonly Json[]
      } catch (error) {
        throw damageError('a document is not JSON', error)
      }
    }) as [readonly Json[], readonly Json[]]
    if (places.includes(-1)) throw damageError('a document is missing')
    const found = places.map((place, row) => {
      const body = bodies[place]
      const id = rows[row]?.at(-1)
      if (id !== ids[place] || !isObject(body))
        throw damageError(`${id}: its document is that of another resource`)
      return body
    })
    withStoreErrors(store.file, () => check.get(JSON.stringify(rows.map(([row]) => row))))
    return found
  }
}

/**
 * Makes the function that reads documents out of their bytes. It gives null if one is not known to be what was stored, or if
 * only SQLite can read it. To look through those of 100,000 instances for a member takes no longer than SQLite needs.
 */
function makeBytesReader(store: Store, tree: MemberTree | null) {
  const read = makeDocumentReader(store, [
    // JSON has no line end inside of a text.
    "group_concat(ifnull(d.group_fields, ''), '\n')",
    "CAST(group_concat(d.body, '') AS BLOB)",
  ])
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Body[] | null => {
    if (rows.some((row) => typeof row.at(-2) !== 'number')) return null
    const { places, values } = read(rows, line)
    const [fields, bytes] = values as [string | null, Buffer | null]
    if (fields === null || !bytes || places.includes(-1)) return null
    const groups = fields.split('\n')
    const bodies: Body[] = []
    try {
      let [at, row] = [0, 0]
      for (let place = 0; at < bytes.length; place += 1) {
        const end = endOfElement(bytes, at)
        if (places[row] === place) {
          const named = rows[row] as NamedRow
          const check = bodyCheckOf(named.at(-1) as string, groups[place] ?? '', bytes.subarray(at, end))
          const body = check === named.at(-2) ? readMembers(bytes, at, end, tree) : null
          if (!isObject(body)) return null
          bodies.push(body as Body)
          row += 1
        }
        at = end
      }
    } catch (error) {
      if (error instanceof UnusualElement) return null
      throw error
    }
    return bodies.length === rows.length ? bodies : null
  }
}
