import { isObject } from '../json-object.ts'
import type { Json, Kind } from '../model.ts'
import { DamagedScope } from './damage.ts'
import { bodyOf, pathOf } from './document-paths.ts'
import { endOfElement, type MemberTree, memberTreeOf, readMembers, UnusualElement } from './jsonb-members.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { withDocumentErrors } from './scan.ts'

/** A row with its number first and its id last. */
type NamedRow = readonly [row: number, ...rest: Json[]]
type Body = Record<string, Json>

/** How many documents are read as one piece: V8 copies those that are in memory each time it looks for what is free. */
const atOnce = 250

/**
 * Makes the function that reads members of the documents of rows, in the order of these: each is known by its id. SQLite
 * writes those of many documents as one text, which costs a sixth less than a text for each. `through`: the same paths, as
 * far as they go on into the elements of lists. Such lists are read out of their bytes: to write all of their elements as
 * JSON and to parse that takes twice as long.
 */
export function makeMemberReader(
  store: Store,
  kind: Kind,
  paths: Paths,
  through: Paths = paths,
): (rows: readonly NamedRow[], line: LedgerLine) => readonly Body[] {
  const readText = makeTextReader(store, kind, paths)
  const lists = listsOf(paths, through)
  const readLists = lists.length > 0 ? makeListReader(store, kind, paths, lists) : null
  const readSome = (rows: readonly NamedRow[], line: LedgerLine) =>
    readLists?.(rows, line) ?? readText(rows, line)
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
    return places.map((place, row) => {
      const body = bodies[place]
      const id = rows[row]?.at(-1)
      if (id !== ids[place] || !isObject(body))
        throw damageError(`${id}: its document is that of another resource`)
      return body
    })
  }
}

interface WantedList {
  readonly name: string
  /** What is wanted of its elements. */
  readonly tree: MemberTree | null
}

/** The members of which a path goes on into the elements. */
function listsOf(paths: Paths, through: Paths): readonly WantedList[] {
  const whole = new Set(through.filter(({ length }) => length === 1).map(([name = '']) => name))
  const names = paths.flatMap(([name = '', ...rest]) => (rest.length === 0 && !whole.has(name) ? [name] : []))
  return names.map((name) => {
    const below = through.filter(([first]) => first === name).map(([, ...rest]) => rest)
    return { name, tree: memberTreeOf(below) }
  })
}

/** Makes the function that reads lists out of their bytes, and all else as text. It gives null for what only the text reader can judge. */
function makeListReader(store: Store, kind: Kind, paths: Paths, lists: readonly WantedList[]) {
  const others = paths.filter(([name]) => !lists.some((list) => list.name === name))
  // Of a text or number SQLite gives no element but the value: to it any blob is more.
  const bytesOf = ({ name }: WantedList) =>
    `coalesce(max(jsonb_extract(d.body, '${pathOf([name])}'), x''), x'00')`
  const read = makeDocumentReader(store, [
    `json_group_array(d.body ->> '${kind.id}')`,
    others.length > 0 ? `json_group_array(${bodyOf(others)})` : 'NULL',
    `CAST(group_concat(${lists.map(bytesOf).join(' || ')}, '') AS BLOB)`,
  ])
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Body[] | null => {
    const { places, values } = read(rows, line)
    const [ids, texts, bytes] = values as [ids: string, others: string | null, lists: Buffer | null]
    try {
      const own = JSON.parse(ids) as readonly Json[]
      const isThere = rows.every((row, at) => row.at(-1) === own[places[at] ?? -1])
      const bodies = texts === null ? own.map((): Body => ({})) : (JSON.parse(texts) as Body[])
      if (!isThere || !bytes || !fillLists(bodies, bytes, lists)) return null
      return places.map((place) => bodies[place] as Body)
    } catch (error) {
      if (error instanceof UnusualElement || error instanceof SyntaxError) return null
      throw error
    }
  }
}

/** Gives bodies their lists, which stand one behind the other. Whether that is all that stands there. */
function fillLists(bodies: readonly Body[], bytes: Buffer, lists: readonly WantedList[]): boolean {
  let at = 0
  for (const body of bodies) {
    for (const { name, tree } of lists) {
      const end = endOfElement(bytes, at)
      body[name] = readMembers(bytes, at, end, tree)
      at = end
    }
  }
  return at === bytes.length
}
