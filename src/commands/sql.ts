import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { selectionOf } from '../app/context.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { watchRows } from '../app/found-rows.ts'
import { inContext } from '../app/open-context.ts'
import { optionGroups } from '../app/options.ts'
import { formatOf, formatOptionsOf, writeAnswer } from '../app/print.ts'
import { plainKinds, syncSelection } from '../app/ready.ts'
import { reportCoverage } from '../app/report.ts'
import { exitCodes, usageError } from '../errors.ts'
import { defaultKind } from '../kinds.ts'
import type { Json } from '../model.ts'
import type { PrintedFormat } from '../output/format-names.ts'
import { makeItemRows } from '../ready-items.ts'
import { openSelect, type SelectedRows } from '../store/select.ts'

export const sql: Command = {
  summary: 'answer a SELECT over the cache',
  usage: "sql 'SELECT …' [OPTIONS]",
  about:
    'Answers one SELECT of SQL over the views of the cache, one for each kind (`muster help all-columns` lists their columns),\nwith the rows of the selected scopes. Never calls AWS and changes nothing. What is missing of the kinds that it\nnames is named on standard error and in the exit code.',
  options: [...optionGroups.selection, 'output', 'noHeaders', 'exitCode', 'raw', 'bom', 'coverage'],
  examples: [
    `muster sql 'SELECT AccountName, count(*) AS n FROM ${defaultKind.name} GROUP BY 1 ORDER BY n DESC'`,
    `muster sql "SELECT Name, Region FROM ${defaultKind.name} WHERE Name LIKE 'web%'" --output csv`,
  ],
  async run(args, io) {
    const [text, ...more] = args.words
    if (text === undefined)
      throw usageError(`Give a statement, as muster sql 'SELECT Name FROM ${defaultKind.name}'.`)
    if (more.length > 0) throw usageError('One statement, in quotes: the shell has made several words of it.')
    const format = formatOf(args)
    const options = formatOptionsOf(args, format, io)
    const rows = watchRows(args)
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, (context) =>
      withCache(context, async (store) => {
        const select = openSelect(store, text)
        try {
          const kinds = select.kinds.map(({ name }) => name)
          const calls = context.demo ? 'when-due' : 'never'
          const { lines, statuses } =
            kinds.length === 0
              ? { lines: [], statuses: [] }
              : await syncSelection(context, args, store, selectionOf(args), plainKinds(kinds), calls)
          await context.close()
          const selected = select.read(lines)
          // A statement may run for ever: a signal has the system's own effect meanwhile.
          await io.hold(() => {
            const answer = rows.watch({ type: 'list', title: 'SQL', ...listOf(selected, format) })
            return writeAnswer(answer, format, options, io)
          })
          await coverage.write(statuses)
          return rows.exitCodeOf(kinds.length === 0 ? exitCodes.done : reportCoverage(io, statuses))
        } finally {
          select.close()
        }
      }),
    )
  },
}

/** The rows as objects; for text as lists, so that its columns stand in the order of the statement. */
function listOf({ columns, rows }: SelectedRows, format: PrintedFormat) {
  const items = format === 'text' ? (rows as Iterable<Json>) : makeItemRows(columns, rows)
  return { columns, items }
}
