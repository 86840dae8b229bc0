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

/** Makes the function that has SQLite write the members as text. It throws a DamagedScope that says what is wrong. */
function makeTextReader(store: Store, kind: Kind, paths: Paths) {
  const statement = store.db
    .prepare(
      `SELECT json_group_array(d.body ->> '${kind.id}'), json_group_array(${bodyOf(paths)})
       FROM json_each(?) AS wanted CROSS JOIN document d ON d.resource_id = wanted.value`,
    )
    .raw()
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Body[] => {
    const damageError = (found: string, cause?: unknown) =>
      new DamagedScope(store.file, line.scopeId, found, cause)
    const [found] = withDocumentErrors(store, line, () => statement.all(numbersOf(rows))) as [
      [string, string],
    ]
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
    return bodies as readonly Body[]
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
  const bytesOf = ({ name }: WantedList) => {
    const path = `'${pathOf([name])}'`
    return `CASE coalesce(json_type(d.body, ${path}), 'null') WHEN 'array' THEN jsonb_extract(d.body, ${path})
       WHEN 'null' THEN x'00' ELSE x'${unusual}' END`
  }
  const statement = store.db
    .prepare(
      `SELECT json_group_array(d.body ->> '${kind.id}'), ${others.length > 0 ? `json_group_array(${bodyOf(others)})` : 'NULL'},
         CAST(group_concat(${lists.map(bytesOf).join(' || ')}, '') AS BLOB)
       FROM json_each(?) AS wanted CROSS JOIN document d ON d.resource_id = wanted.value`,
    )
    .raw()
  return (rows: readonly NamedRow[], line: LedgerLine): readonly Body[] | null => {
    const [[ids, texts, bytes]] = withDocumentErrors(store, line, () => statement.all(numbersOf(rows))) as [
      [ids: string, others: string | null, lists: Buffer | null],
    ]
    try {
      const own = JSON.parse(ids) as readonly Json[]
      const isThere = own.length === rows.length && rows.every((row, place) => row.at(-1) === own[place])
      const bodies = texts === null ? rows.map((): Body => ({})) : (JSON.parse(texts) as Body[])
      return isThere && bytes && fillLists(bodies, bytes, lists) ? bodies : null
    } catch (error) {
      if (error instanceof UnusualElement || error instanceof SyntaxError) return null
      throw error
    }
  }
}

/** An element of a type that JSONB does not have. */
const unusual = '0f'

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

function numbersOf(rows: readonly NamedRow[]): string {
  return JSON.stringify(rows.map(([row]) => row))
}
