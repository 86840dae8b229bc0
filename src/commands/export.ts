import { resolve } from 'node:path'
import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { exportAnswer } from '../app/export-view.ts'
import { watchRows } from '../app/found-rows.ts'
import { inContext } from '../app/open-context.ts'
import { type Args, optionGroups } from '../app/options.ts'
import { formatFor, formatOf, formatOptionsOf, writeAnswer, writeChunks } from '../app/print.ts'
import { syncView } from '../app/ready.ts'
import { reportCoverage, reportHints } from '../app/report.ts'
import { makeView } from '../app/view.ts'
import { refuseExisting } from '../app/write-file.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { byteFormats } from '../output/format-names.ts'
import { sanitise } from '../output/sanitise.ts'
import { answerView } from '../query/answer.ts'
import { explainUnjoined } from '../query/joined.ts'

const output = {
  name: 'output',
  help: `also ${byteFormats.join(', ')}; by default what the ending of FILE means, or csv`,
} as const

export const exportTo: Command = {
  summary: 'the same into a file',
  usage: 'export [NAME | EXPRESSION] --to FILE [OPTIONS]',
  about:
    'Writes what `muster query` would print into a file: whole or not at all. If something could not be read,\nFILE.coverage.json beside it names what is missing; a complete export removes such a file of an earlier one. With\n--partition a tree of files for Athena, Trino and DuckDB: `muster help lake`.',
  options: [
    'to',
    'force',
    'partition',
    ...optionGroups.selection,
    ...optionGroups.roles,
    'mfaCode',
    'kind',
    ...optionGroups.shape.map((name) => (name === 'output' ? output : name)),
    ...optionGroups.sync,
    'template',
    'coverage',
  ],
  examples: [
    'muster export running --to running.csv',
    'muster export running --to for-excel.csv --bom',
    'muster export --to everything.json --force --profile "*"',
    'muster export --to lake/ --partition date,account,region --kind all --profile "*"',
    'muster export running --to ~/.ssh/ec2.conf --template ssh-config',
    `muster export --filter web --to - --template "{{Name}} {{tag:Team ?? ''}}"`,
  ],
  async run(args, io) {
    if (args.partition !== null) return (await import('./lake/export-tree.ts')).exportTree(args, io)
    const to = args.to
    if (to === null) throw usageError('Give the file with --to FILE.')
    const toOutput = to === '-'
    const file = toOutput ? to : resolve(io.cwd, to)
    const template = await readTemplate(args, io)
    const printed = toOutput ? formatOf(args, 'csv') : null
    const format = printed ?? (template ? 'text' : formatFor(file, args))
    const options = { ...formatOptionsOf(args, format, io), colour: false }
    const rows = watchRows(args)
    if (!toOutput && !args.force) refuseExisting(file)
    const coverage = openCoverageFile(args, io, file)
    return inContext(args, io, async (context) => {
      const { view, names, hints } = (template?.makeView ?? makeView)(args, context.io, context.settings)
      return await withCache(context, async (store) => {
        const cachedScopes = await syncView(context, args, store, view)
        await context.close()
        const { raw, bom, headers } = options
        const { kind, query } = view
        const request = { file, format, raw, bom, headers, force: args.force, name: query ?? kind, kind }
        // A list is evaluated while it is written: no signal could be handled in between.
        const bytes = await io.hold(async () => {
          const answer = rows.watch(answerView(view, store, cachedScopes.lines, names), view)
          const made = template?.format(answer) ?? null
          if (printed === null)
            return exportAnswer(answer, request, cachedScopes, { ...io, onDraft: io.removeAfterwards }, made)
          if (made) await writeChunks(made, io)
          else await writeAnswer(answer, printed, options, io)
          return null
        })
        const unjoined = explainUnjoined(view, store, cachedScopes.lines)
        reportHints(io, [...hints, ...unjoined, ...rows.hints()])
        if (bytes !== null) io.err(`wrote ${bytes} bytes to ${sanitise(file)}\n`)
        await coverage.write(cachedScopes.statuses)
        return rows.exitCodeOf(reportCoverage(io, cachedScopes.statuses))
      })
    })
  },
}

/** What --template asks for; null without it. */
async function readTemplate(args: Args, io: Io) {
  if (args.template === null) return null
  const { readTemplateRequest } = await import('../app/templates.ts')
  return readTemplateRequest(args.template, args, io)
}
