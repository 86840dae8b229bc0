import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from '../../app/command.ts'
import { printList } from '../../app/print.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { readSettings } from '../../config/settings.ts'
import { exitCodes, usageError } from '../../errors.ts'
import { findKind } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { documentColumn, lakeColumnsOf, meaningOf } from './lake-columns.ts'
import { type LakeFormat, lakeFormats } from './lake-paths.ts'
import { type Dialect, formatTables } from './lake-sql.ts'

const dialects: readonly Dialect[] = ['athena', 'trino', 'duckdb']

export const schema: Command = {
  summary: 'the columns of a kind, or the tables of a tree for Athena, Trino or DuckDB',
  usage: 'schema [OPTIONS]',
  about:
    'Lists the columns of kinds: their types, what they mean and the expression that gives them. With --athena, --trino or\n--duckdb it prints the statements that make a table of each kind out of a tree that `muster export --partition` wrote, a\nview of its current day, and the same of the coverage. Calls nothing.',
  options: [
    'kind',
    'athena',
    'trino',
    'duckdb',
    { name: 'to', value: 'PLACE', help: 'where the tree is: s3://bucket/lake/, or a folder for DuckDB' },
    'output',
  ],
  examples: [
    "muster schema --kind 'vpc*'",
    'muster schema --kind all --athena --to s3://my-bucket/lake/',
    'muster schema --kind compute --duckdb --to lake/',
  ],
  async run(args, io) {
    const chosen = dialects.filter((dialect) => args[dialect])
    const [dialect, another] = chosen
    if (another !== undefined) throw usageError(`--${dialect} and --${another} exclude each other: give one.`)
    const { words } = args
    if (words.length > 0) throw usageError(`Name kinds with --kind, and leave '${words.join(' ')}' out.`)
    const kinds = args.kind.length > 0 ? selectKinds(args.kind) : [findKind(readSettings(io).kind)]
    if (dialect === undefined) {
      if (args.to !== null)
        throw usageError('--to is the place of a tree: give it with --athena, --trino or --duckdb.')
      await printList(
        'Columns',
        ['Kind', 'Column', 'Holds', 'Meaning', 'From'],
        kinds.flatMap(listColumns),
        args,
        io,
      )
      return exitCodes.done
    }
    if (args.output !== null) throw usageError(`--${dialect} prints SQL: leave --output out.`)
    const place = args.to ?? (dialect === 'duckdb' ? 'lake/' : 's3://BUCKET/lake/')
    if (/[\u0000-\u001f\u007f]/.test(place)) throw usageError('--to holds a control character.')
    const tree = resolve(io.cwd, place)
    const isTree = dialect === 'duckdb' && existsSync(tree)
    await io.out(formatTables(kinds, dialect, place, isTree ? (kind) => formatsIn(tree, kind) : undefined))
    return exitCodes.done
  },
}

/** The formats of the files that a tree has of a kind. */
function formatsIn(tree: string, { name }: Kind): readonly LakeFormat[] {
  const folder = join(tree, `kind=${name}`)
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return lakeFormats.filter((format) => files.some((file) => file.endsWith(`.${format}`)))
}

function listColumns(kind: Kind) {
  return lakeColumnsOf(kind).map((column) => ({
    Kind: kind.name,
    Column: column.name,
    Holds: column.holds,
    Meaning: column.name === kind.id ? `${meaningOf(column)}: identifies the resource` : meaningOf(column),
    From: column.expression ?? (column.name === documentColumn ? 'the whole resource' : 'the scope'),
  }))
}
