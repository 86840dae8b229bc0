import type { JsonObject, Kind } from '../model.ts'
import { bodyCheckOf } from './body-check.ts'
import { hasMember, makeJsonbWriter } from './jsonb.ts'
import type { Store } from './open-store.ts'

/** A row of which the document is to be printed. */
export interface PrintedRow {
  readonly row: number
  readonly id: string
  readonly group: string | null
  readonly bodyCheck: number | null
}

type Found = [groupFields: string | null, fields: Buffer | null, body: Buffer]

/**
 * Makes the function that makes, for an origin, the one that prints rows as elements of a list that stands in so many
 * lists and objects: each line behind its indentation, the elements behind a comma and a line end, but the first. Null if
 * a document is not known to be what was stored, or has a member of the origin's. One text of all costs half of what a
 * text for each does: no string is made of it, and no digest of the JSON.
 */
export function makeChunkPrinter({ db }: Store, nested: Kind['nested'] | null, depth: number) {
  const read = db
    .prepare(
      `SELECT d.group_fields, ${nested ? 'jsonb(d.group_fields)' : 'NULL'}, d.body
       FROM json_each(?) AS wanted CROSS JOIN document d ON d.resource_id = wanted.value`,
    )
    .raw()
  const print = db.prepare("SELECT CAST(json_pretty(?, '    ') AS BLOB)").pluck()
  const toJsonb = db.prepare('SELECT jsonb(?)').pluck()
  const around = cutLists(depth)
  const list = Buffer.from(nested?.list ?? '')
  const writer = makeJsonbWriter()
  return (origin: JsonObject | null) => {
    const added = origin && (toJsonb.get(JSON.stringify(origin)) as Buffer)
    const names = Object.keys(origin ?? {}).map((name) => Buffer.from(name))
    const writeDocument = (body: Buffer): void => {
      if (!added) {
        writer.put(body)
        return
      }
      const object = writer.open('object')
      writer.putMembers(body)
      writer.putMembers(added)
      writer.end(object)
    }
    const writeGroup = (fields: Buffer | null, members: readonly Found[]): void => {
      const object = writer.open('object')
      if (fields) writer.putMembers(fields)
      writer.putName(list)
      const array = writer.open('array')
      for (const [, , body] of members) writeDocument(body)
      writer.end(array)
      writer.end(object)
    }
    const writeElements = (rows: readonly PrintedRow[], found: readonly Found[]): void => {
      if (!nested) for (const [, , body] of found) writeDocument(body)
      for (let from = 0; nested && from < rows.length; ) {
        let to = from + 1
        while (to < rows.length && rows[to]?.group === rows[from]?.group) to += 1
        writeGroup(found[from]?.[1] ?? null, found.slice(from, to))
        from = to
      }
    }
    return (rows: readonly PrintedRow[]): Uint8Array | null => {
      const found = attempt(() => read.all(JSON.stringify(rows.map(({ row }) => row))) as Found[])
      if (found?.length !== rows.length || !rows.every((row, place) => isAsStored(row, found[place])))
        return null
      if (added && found.some(([, , body]) => hasMember(body, names))) return null
      const perRow = (added?.length ?? 0) + list.length + mostHeaders
      writer.begin(
        found.reduce(
          (sum, [, fields, body]) => sum + body.length + (fields?.length ?? 0) + perRow,
          5 * depth,
        ),
      )
      const lists = Array.from({ length: depth }, () => writer.open('array'))
      writeElements(rows, found)
      for (const each of lists) writer.end(each)
      const text = print.get(writer.written()) as Buffer
      return text.subarray(around, text.length - around)
    }
  }
}

/** Bytes of headers that a row can bring: of its group, its list and the list's name, and of itself. */
const mostHeaders = 20

/** How many characters stand around the elements of a list in so many: each has `[` and a line end behind its indentation. */
export function cutLists(depth: number): number {
  return Array.from({ length: depth }, (_, level) => 4 * level + 2).reduce((sum, each) => sum + each, 0)
}

/** Null if SQLite cannot read one of them: who reads them one by one says which. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

function isAsStored({ id, bodyCheck }: PrintedRow, found: Found | undefined): boolean {
  if (bodyCheck === null || !found) return false
  const [groupFields, , body] = found
  return body instanceof Uint8Array && bodyCheck === bodyCheckOf(id, groupFields, body)
}
