import { resolve } from 'node:path'
import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { coverageFile } from '../app/coverage-file.ts'
import { exportAnswer } from '../app/export-view.ts'
import { openContext } from '../app/open-context.ts'
import { flags } from '../app/options.ts'
import { bomOf, formatOf } from '../app/print.ts'
import { callsOf, ready } from '../app/ready.ts'
import { removeAfterwards } from '../app/remove-afterwards.ts'
import { reportCoverage, reportHints } from '../app/report.ts'
import { viewFrom } from '../app/view.ts'
import { refuseExisting } from '../app/write-file.ts'
import { usageError } from '../errors.ts'
import { formatOfFile } from '../output/format.ts'
import { sanitise } from '../output/sanitise.ts'
import { answerView } from '../query/answer.ts'

export const exportTo: Command = {
  usage: 'export [NAME | EXPRESSION] --to FILE [OPTIONS]',
  about:
    'Writes what `muster query` would print into a file: whole or not at all. Where something could not be read,\nFILE.coverage.json beside it names what is missing; a complete export\nremoves such a file of an earlier one.',
  flags: [
    { name: 'to', value: 'FILE', help: 'the file; its ending chooses the format where --output does not' },
    { name: 'force', value: null, help: 'replace the file where it exists' },
    ...flags.selection,
    ...flags.roles,
    flags.mfa,
    flags.kind,
    ...flags.view,
    ...flags.sync,
    flags.coverage,
  ],
  examples: [
    'muster export running --to running.csv',
    'muster export running --to for-excel.csv --bom',
    'muster export --to everything.json --force --profile "*"',
  ],
  async run(args, io) {
    const to = args.text('to')
    if (to === null) throw usageError('Say where to with --to FILE.')
    const file = resolve(io.cwd, to)
    const format = formatOf(args, formatOfFile(file) ?? 'csv')
    const bom = bomOf(args, format)
    if (!args.on('force')) refuseExisting(file)
    const coverage = coverageFile(args, io, file)
    const context = await openContext(args, io)
    try {
      const { view, names, hints } = viewFrom(args, context.io, context.settings)
      return await withCache(context, async (store) => {
        const standing = await ready(context, args, store, view.scopes, view.kind, callsOf(args))
        await context.close()
        const request = { file, format, raw: args.on('raw'), bom, force: args.on('force') }
        // A list is worked out while it is written: nobody could listen in between.
        const bytes = await io.hold(() => {
          const answer = answerView(view, store, standing.lines, names)
          return exportAnswer(answer, request, standing, { ...io, began: removeAfterwards })
        })
        reportHints(io, hints)
        io.err(`wrote ${bytes} bytes to ${sanitise(file)}\n`)
        await coverage.write(standing.statuses)
        return reportCoverage(io, standing.statuses)
      })
    } finally {
      await context.close()
    }
  },
}
