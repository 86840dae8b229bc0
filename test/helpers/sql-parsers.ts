import { join } from 'node:path'
import { build } from 'esbuild'
import { temporaryFolder } from './temporary.ts'

/** What a parser finds wrong with statements, with the lines. */
export type ParseSql = (sql: string) => readonly string[]

/** Judges of SQL that muster cannot have run: the grammars of Hive, which Athena makes tables by, and of Trino. */
export async function loadSqlParsers(): Promise<{ readonly hive: ParseSql; readonly trino: ParseSql }> {
  // Its modules import one another without endings, which Node does not follow.
  const outfile = join(temporaryFolder(), 'parsers.mjs')
  const contents =
    "export { HiveSQL } from 'dt-sql-parser/dist/parser/hive'\nexport { TrinoSQL } from 'dt-sql-parser/dist/parser/trino'"
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const { HiveSQL, TrinoSQL } = (await import(outfile)) as Record<'HiveSQL' | 'TrinoSQL', ParserClass>
  const parseBy = (Parser: ParserClass) => {
    const parser = new Parser()
    return (sql: string) => parser.validate(sql).map(({ startLine, message }) => `${startLine}: ${message}`)
  }
  return { hive: parseBy(HiveSQL), trino: parseBy(TrinoSQL) }
}

type ParserClass = new () => {
  readonly validate: (sql: string) => readonly { readonly startLine: number; readonly message: string }[]
}
