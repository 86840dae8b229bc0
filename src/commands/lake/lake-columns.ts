import { isExact } from '../../exact-number.ts'
import { compile } from '../../jmespath/compile.ts'
import { originFields, originOf, originTypes } from '../../kinds.ts'
import type { Column, ColumnType, Json, JsonObject, Kind } from '../../model.ts'
import type { Cell, TypedColumn } from '../../output/typed-rows.ts'
import type { ResourceSource } from '../../query/documents.ts'

/** A column of the files of a tree. Its type depends on the kind alone, so that all files of a table fit together. */
export interface LakeColumn extends TypedColumn {
  /** The type as the reference names it. */
  readonly holds: ColumnType | 'JSON'
  /** Where the value stands in the resource; null for the origin and the whole resource. */
  readonly expression: string | null
  /** What it means, if its type does not say that. */
  readonly meaning?: string
}

/** The columns of a kind's files: the origin, the kind's own, and the whole resource as JSON. */
export function lakeColumnsOf({ columns }: Kind): readonly LakeColumn[] {
  return [
    ...originFields.map((name) => plainColumn(name, originTypes[name], null)),
    ...columns.map(({ name, type, expression }: Column) => plainColumn(name, type, expression)),
    { name: documentColumn, type: 'json', holds: 'JSON', expression: null },
  ]
}

export const documentColumn = 'document'

/** What a line of the coverage holds. */
export const coverageColumns: readonly LakeColumn[] = [
  coverageColumn('kind', 'text', 'the kind of resource'),
  coverageColumn('account', 'text', 'the account; null while it is not known'),
  coverageColumn('region', 'text', 'the region; null for every region, not listed yet'),
  coverageColumn('profile', 'text', 'the profile that the scope is asked for'),
  coverageColumn('account_name', 'text', 'the name of the account'),
  coverageColumn(
    'state',
    'text',
    'fresh, stale, failed, skipped, never, interrupted, reading, or unwritten: an export was cut off',
  ),
  coverageColumn('is_complete', 'boolean', 'whether the last attempt read it to its end'),
  coverageColumn('synced_at', 'text', 'when it was last read to its end, in ISO 8601'),
  coverageColumn('row_count', 'integer', 'how many resources the file holds'),
  coverageColumn('read_by', 'text', 'the profile that read it'),
  coverageColumn('fault_class', 'text', 'the class of what kept it from being read'),
  coverageColumn('fault_code', 'text', 'the code of that'),
  coverageColumn('fault', 'text', 'what happened, in a sentence'),
  coverageColumn('next_step', 'text', 'what to do about it'),
  coverageColumn('is_accepted', 'boolean', 'whether the settings accept the fault'),
  coverageColumn('file', 'text', 'the file in the tree; null when there is nothing to hold'),
  coverageColumn('bytes', 'integer', 'the size of the file'),
  coverageColumn('sha256', 'text', 'the SHA-256 of the file'),
]

function coverageColumn(name: string, type: LakeColumn['type'], meaning: string): LakeColumn {
  return { name, type, holds: type === 'integer' ? 'number' : 'text', expression: null, meaning }
}

/** What a column means, in a few words. */
export function meaningOf({ meaning, holds }: LakeColumn): string {
  return meaning ?? meanings[holds]
}

const meanings: Readonly<Record<LakeColumn['holds'], string>> = {
  text: 'text, as AWS gives it',
  name: 'a name that people gave',
  address: 'an IP address or a range',
  'instance-type': 'an instance type',
  number: 'a number',
  time: 'an instant, in UTC',
  JSON: 'the whole resource, as the AWS CLI prints it',
}

function plainColumn(name: string, holds: ColumnType, expression: string | null): LakeColumn {
  const type = holds === 'number' || holds === 'time' ? holds : 'text'
  return { name, type, holds, expression }
}

/** A resource that was found, as the cells of a row. */
export type LakeRow = (line: ResourceSource, body: JsonObject) => readonly Cell[]

/** Makes the function that reads rows of a kind. `onOther` hears the name of a column that cannot hold a value. */
export function makeLakeRows(kind: Kind, onOther: (column: string) => void): LakeRow {
  const readers = lakeColumnsOf(kind).map(({ name, type, expression }) => {
    const program = expression === null ? null : compile(expression)
    return (origin: JsonObject, body: JsonObject): Cell => {
      if (name === documentColumn) return JSON.stringify(body)
      const value = program === null ? (origin[name] ?? null) : program.search(body)
      const cell = toCell(value, type)
      if (cell === null && value !== null) onOther(name)
      return cell
    }
  })
  return (line, body) => {
    const origin = originOf(line)
    return readers.map((read) => read(origin, body))
  }
}

/** Null for a value that the type cannot hold: it stays in the document. */
function toCell(value: Json, type: LakeColumn['type']): Cell {
  if (value === null) return null
  if (type === 'number') return typeof value === 'number' || isExact(value) ? Number(value) : null
  if (type === 'time') return typeof value === 'string' && isInstant(value) ? value : null
  if (typeof value === 'string') return value
  return isExact(value) ? String(value) : JSON.stringify(value)
}

function isInstant(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3}0*)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
}
