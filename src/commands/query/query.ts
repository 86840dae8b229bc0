import { withCache } from '../../app/cache-of.ts'
import type { Command } from '../../app/command.ts'
import { openCoverageFile } from '../../app/coverage-file.ts'
import { watchRows } from '../../app/found-rows.ts'
import { inContext } from '../../app/open-context.ts'
import { optionGroups } from '../../app/options.ts'
import { formatOf, formatOptionsOf, type Print, writeAnswer } from '../../app/print.ts'
import { syncView } from '../../app/ready.ts'
import { reportCoverage, reportHints } from '../../app/report.ts'
import { makeView } from '../../app/view.ts'
import { usageError } from '../../errors.ts'
import { defaultKind, makeIdsExpression } from '../../kinds.ts'
import type { Answer, View } from '../../model.ts'
import type { PrintedFormat } from '../../output/format-names.ts'
import { answerView } from '../../query/answer.ts'
import { explainUnjoined } from '../../query/joined.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { checkLiveFlags } from './live-flags.ts'

export const query: Command = {
  summary: 'answer a saved query or a JMESPath expression',
  usage: 'query [NAME | EXPRESSION] [OPTIONS]',
  about:
    'Answers a saved query or a JMESPath expression over the AWS CLI’s document of all selected scopes; without\none, the table of the kind. Reads the cache; scopes older than --fresh are synced first. With --input the\ndocument is a file instead.',
  options: [...optionGroups.query, 'explain'],
  examples: [
    'muster query running --output csv',
    `muster query '${makeIdsExpression(defaultKind)}' --output text --offline`,
    `muster query --filter payments --columns Name,${defaultKind.id},tag:Env --sort Name`,
    'muster query --count-by account,Region --top 10',
    "muster query unattached-volumes --profile 'prod-*' --region '*'",
    'muster query running --live --max-items 100 --page-size 20',
    'muster query running --explain',
    'muster query by-tag --set KEY=Environment --set VALUE=prod',
    `muster query --filter web --sort 'account,Name desc' --save web-servers`,
    "aws lambda list-functions | muster query 'Functions[].FunctionName' --input -",
  ],
  async run(args, io) {
    // What few questions need is loaded for these alone.
    if (args.save !== null) {
      const { saveQuery } = await import('./save-query.ts')
      return saveQuery(args.save, args, io)
    }
    if (args.force) throw usageError('--force goes with --save NAME here: add it, or leave --force out.')
    const format = formatOf(args)
    const input = args.input
    const options = formatOptionsOf(args, format, io)
    const rows = watchRows(args)
    const print: Print = async (answer, hints, view) => {
      await writeAnswer(rows.watch(answer, view), format, options, io)
      reportHints(io, [...hints, ...rows.hints()])
    }
    if (input !== null && args.coverage !== null)
      throw usageError('--input asks one document, which has no coverage: leave --coverage out.')
    const stray = input === null ? (args.live ? '--live' : null) : '--input'
    if (args.explain && stray !== null)
      throw usageError(`--explain is about answers from the cache: leave ${stray} out.`)
    if (args.explain && args.exitCode)
      throw usageError('--exit-code is about the rows of an answer, and --explain gives none: leave one out.')
    if (input !== null) {
      const { queryInput } = await import('./input.ts')
      return rows.exitCodeOf(await queryInput(input, args, io, print))
    }
    checkLiveFlags(args)
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, async (context) => {
      const requested = makeView(args, context.io, context.settings)
      const { view, names, hints } = requested
      if (args.live) {
        const { queryLive } = await import('./query-live.ts')
        return rows.exitCodeOf(await queryLive(requested, args, context, print, coverage))
      }
      return await withCache(context, async (store) => {
        const { lines, statuses } = await syncView(context, args, store, view)
        // The demo has nothing that must be removed while the answer is made.
        await context.close()
        const unjoined = explainUnjoined(view, store, lines)
        if (args.explain) await print(await explain(view, store, lines, format), hints, view)
        else await io.hold(() => print(answerView(view, store, lines, names), [...hints, ...unjoined], view))
        await coverage.write(statuses)
        return rows.exitCodeOf(reportCoverage(io, statuses))
      })
    })
  },
}

async function explain(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  format: PrintedFormat,
): Promise<Answer> {
  const { explainView } = await import('../../query/plan/explain.ts')
  const { answerExplanation } = await import('../../query/plan/explanation.ts')
  const isForPrograms = format === 'json' || format === 'ndjson' || format === 'yaml'
  return answerExplanation(explainView(view, store, lines), isForPrograms ? 'object' : 'rows')
}
