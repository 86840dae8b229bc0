import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import type { Answer } from '../model.ts'
import type { FileAbout } from './file-about.ts'
import { type Cell, type CellType, openTypedRows, type TypedColumn } from './typed-rows.ts'
import { uniqueNames } from './unique-names.ts'
import { tableOf } from './value-columns.ts'

/**
 * An answer as Parquet: typed columns, times as instants in UTC, lists and objects as JSON. The coverage is in the
 * metadata of the file.
 */
export function* formatParquet(
  answer: Answer,
  { coverage, folder, typeOf }: Pick<FileAbout, 'coverage' | 'folder' | 'typeOf'>,
): Generator<Uint8Array> {
  const rows = openTypedRows(tableOf(answer), folder, typeOf)
  try {
    const names = uniqueNames(rows.columns.map(({ name }) => name))
    const columns = rows.columns.map(({ type }, place) => ({ name: names[place] ?? '', type }))
    const scopes = coverage.scopes.map((cells) =>
      Object.fromEntries(coverage.columns.map(({ name }, place) => [name, cells[place] ?? null])),
    )
    const { complete, summary } = coverage
    yield* writeParquet(columns, rows.read(), {
      'muster.complete': String(complete),
      'muster.coverage': JSON.stringify({ complete, summary, scopes }),
    })
  } finally {
    rows.close()
  }
}

/** Rows of these columns as the pieces of a Parquet file. */
export function* writeParquet(
  columns: readonly TypedColumn[],
  rows: Iterable<readonly Cell[]>,
  metadata: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    // The library makes JSON of what it is given for a column of JSON, and here it is JSON already.
    schema: schemaOf(columns.map(({ name, type }) => ({ name, type: type === 'json' ? 'text' : type }))),
    createdBy: 'muster',
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })
  const take = () => {
    const piece = bytes.getBytes().slice()
    bytes.index = 0
    return piece
  }
  let group: unknown[][] = columns.map(() => [])
  const write = () => {
    const columnData = columns.map(({ name, type }, place) => ({
      name,
      data: group[place] ?? [],
      // The bounds of JSON are of no use, and are ordered in another way.
      statistics: type !== 'json',
    }))
    writer.write({ columnData, rowGroupSize })
    group = columns.map(() => [])
    return take()
  }
  for (const row of rows) {
    for (const [place, { type }] of columns.entries()) group[place]?.push(toStored(row[place] ?? null, type))
    if ((group[0]?.length ?? 0) === rowGroupSize) yield write()
  }
  if ((group[0]?.length ?? 0) > 0) yield write()
  writer.schema = schemaOf(columns)
  writer.finish()
  yield take()
}

function schemaOf(columns: readonly TypedColumn[]): SchemaElement[] {
  return [
    { name: 'rows', num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...elements[type] })),
  ]
}

/** A group is in memory as a whole: those of 20,000 rows took 440 MB for a million rows. */
const rowGroupSize = 5000

/** How each type is stored. */
const elements = {
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
} as const satisfies Readonly<Record<CellType, object>>

function toStored(cell: Cell, type: CellType): unknown {
  if (cell === null) return null
  switch (type) {
    case 'boolean':
      return cell
    case 'integer':
      return BigInt(cell)
    case 'number':
      return Number(cell)
    case 'time':
      return BigInt(Date.parse(String(cell)))
    case 'text':
    case 'json':
      return String(cell)
  }
}
