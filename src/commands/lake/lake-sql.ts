import type { Kind } from '../../model.ts'
import { coverageColumns, type LakeColumn, lakeColumnsOf, meaningOf } from './lake-columns.ts'
import type { LakeFormat } from './lake-paths.ts'

/** The engines that muster writes tables for, by their option. */
export type Dialect = 'athena' | 'trino' | 'duckdb'

/** No tree is older: a table that begins later would hide its first days. */
const firstDay = '2026-01-01'

/**
 * Statements that make a table of each kind's files in a tree, a view of its current day, and the same of the coverage.
 * `formatsIn`: the formats of the files that a kind has. Of kinds without files there are comments: DuckDB makes no view of
 * files that are not there, and most of its clients run no statement behind one that fails.
 */
export function formatTables(
  kinds: readonly Kind[],
  dialect: Dialect,
  place: string,
  formatsIn: (kind: Kind) => readonly LakeFormat[] = () => ['parquet'],
): string {
  const root = place.endsWith('/') ? place : `${place}/`
  const found = kinds.map((kind) => ({ kind, formats: formatsIn(kind) }))
  const tables = found.flatMap(({ kind, formats: [format] }) =>
    format === undefined
      ? []
      : [
          {
            name: tableName(kind.name),
            path: `${root}kind=${kind.name}/`,
            columns: lakeColumnsOf(kind),
            isCoverage: false,
            format,
          },
        ],
  )
  const coverage = {
    name: 'coverage',
    path: `${root}coverage/`,
    columns: coverageColumns,
    isCoverage: true,
    format: 'ndjson' as const,
  }
  const make = makers[dialect]
  const statements = [...tables, coverage].map(
    (table) => `${make(table)}\n${viewOfToday(table.name, dialect)}\n`,
  )
  const comments = found.flatMap(({ kind: { name }, formats: [format, other] }) => {
    if (format === undefined)
      return [`-- no view of ${name}: the tree has no files of them yet. Print this again when it has.\n`]
    return other === undefined
      ? []
      : [`-- ${tableName(name)} is of the ${format} files: the tree also has ${other} files of ${name}.\n`]
  })
  return [...statements, ...(comments.length > 0 ? [comments.join('')] : [])].join('\n')
}

/** `security-groups` is `security_groups`, which needs no quotes. */
function tableName(kind: string): string {
  return kind.replaceAll('-', '_')
}

interface LakeTable {
  readonly name: string
  readonly path: string
  readonly columns: readonly LakeColumn[]
  readonly isCoverage: boolean
  readonly format: LakeFormat
}

const makers: Readonly<Record<Dialect, (table: LakeTable) => string>> = {
  // Partitions are made up by the date alone: a list of accounts or regions in the table would hide those that come later.
  // Athena reads the folders below a date, and account and region are columns of the files.
  athena: ({ name, path, columns, isCoverage }) =>
    [
      `CREATE EXTERNAL TABLE IF NOT EXISTS \`${name}\` (`,
      columns
        .map(
          (each) =>
            `  \`${each.name.toLowerCase()}\` ${athenaTypes[each.type]} COMMENT ${quoteForHive(meaningOf(each))}`,
        )
        .join(',\n'),
      ')',
      'PARTITIONED BY (`date` string)',
      isCoverage ? "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'" : 'STORED AS PARQUET',
      `LOCATION ${quoteForHive(path)}`,
      'TBLPROPERTIES (',
      "  'projection.enabled' = 'true',",
      "  'projection.date.type' = 'date',",
      "  'projection.date.format' = 'yyyy-MM-dd',",
      `  'projection.date.range' = '${firstDay},NOW',`,
      `  'storage.location.template' = ${quoteForHive(`${path}date=\${date}/`)}`,
      ');',
    ].join('\n'),
  // The catalog must have hive.partition-projection-enabled = true, without which it refuses these properties, and
  // hive.recursive-directories = true: account and region are folders below the date.
  trino: ({ name, path, columns, isCoverage }) =>
    [
      `CREATE TABLE IF NOT EXISTS ${name} (`,
      ...columns.map(
        (each) =>
          `  "${each.name.toLowerCase()}" ${trinoTypes[each.type]} COMMENT ${quote(meaningOf(each))},`,
      ),
      `  "date" varchar WITH (partition_projection_type = 'DATE', partition_projection_format = 'yyyy-MM-dd',`,
      `    partition_projection_range = ARRAY['${firstDay}', 'NOW'])`,
      `) WITH (external_location = ${quote(path)}, format = '${isCoverage ? 'OPENX_JSON' : 'PARQUET'}',`,
      `  partitioned_by = ARRAY['date'], partition_projection_enabled = true,`,
      `  partition_projection_location_template = ${quote(`${path}date=\${date}/`)});`,
    ].join('\n'),
  duckdb: ({ name, path, columns, isCoverage, format }) => {
    const hive =
      "hive_partitioning = true, hive_types = {'date': DATE, 'account': VARCHAR, 'region': VARCHAR}, union_by_name = true"
    const types = columns.map((each) => `'${each.name}': '${duckTypes[each.type]}'`).join(', ')
    const files = quote(`${path}**/*.ndjson${isCoverage ? '.gz' : ''}`)
    const keys = isCoverage ? hive.replace(", 'region': VARCHAR", '') : hive
    const read =
      format === 'ndjson'
        ? `read_json(${files}, format = 'newline_delimited', columns = {${types}},\n  ${keys})`
        : `read_parquet(${quote(`${path}**/*.parquet`)},\n  ${hive})`
    return `CREATE OR REPLACE VIEW ${name} AS SELECT * FROM ${read};`
  },
}

const athenaTypes = {
  text: 'string',
  number: 'double',
  time: 'timestamp',
  json: 'string',
  boolean: 'boolean',
  integer: 'bigint',
} as const
const trinoTypes = { ...athenaTypes, text: 'varchar', time: 'timestamp(3)', json: 'varchar' } as const
const duckTypes = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  time: 'TIMESTAMP WITH TIME ZONE',
  json: 'JSON',
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
} as const

/** Days of a tree are in UTC. */
function viewOfToday(name: string, dialect: Dialect): string {
  const today =
    dialect === 'duckdb'
      ? "(now() AT TIME ZONE 'UTC')::DATE"
      : "date_format(current_timestamp AT TIME ZONE 'UTC', '%Y-%m-%d')"
  return `CREATE OR REPLACE VIEW ${name}_today AS SELECT * FROM ${name} WHERE "date" = ${today};`
}

/** As a text of SQL. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** As a text of Hive's statements, by which Athena makes tables: a doubled quote would end a text there and begin another. */
function quoteForHive(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
