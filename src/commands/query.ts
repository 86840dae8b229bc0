import { type ExitCode, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Answer } from '../model.ts'
import { type Format, formatAnswer, formats } from '../output/format.ts'
import { answerView } from '../query/answer.ts'
import { openStore } from '../store/open.ts'
import type { Command } from './command.ts'
import { openContext } from './context.ts'
import { type Args, flags } from './flags.ts'
import { queryInput } from './input.ts'
import { checkLiveFlags, queryLive } from './live.ts'
import { callsOf, ready } from './ready.ts'
import { reportCoverage, reportHints } from './report.ts'
import { viewFrom } from './view.ts'

/** Prints an answer, and the hints about its expression. */
export type Print = (answer: Answer, hints: readonly string[]) => Promise<void>

export const query: Command = {
  usage: 'query [NAME | EXPRESSION] [OPTIONS]',
  about:
    'Answers a saved query or a JMESPath expression over the AWS CLI’s document of all selected scopes; without\none, the table of the kind. Reads the cache; scopes older than --fresh are synced first. With --input the\ndocument is a file instead.',
  flags: [
    ...flags.selection,
    ...flags.roles,
    flags.mfa,
    flags.kind,
    ...flags.view,
    flags.input,
    ...flags.sync,
    ...flags.live,
  ],
  examples: [
    'muster query running --output csv',
    "muster query 'Reservations[].Instances[].InstanceId' --output text --offline",
    "muster query --filter payments --columns Name,InstanceId,tag:Env --sort 'LaunchTime desc'",
    "muster query unattached-volumes --profile 'prod-*' --region '*'",
    'muster query running --live --max-items 100 --page-size 20',
    'muster query by-tag --set KEY=Environment --set VALUE=prod',
    "aws lambda list-functions | muster query 'Functions[].FunctionName' --input -",
  ],
  async run(args, io) {
    const format = formatOf(args)
    const input = args.text('input')
    const options = { columns: io.columns, raw: args.on('raw'), colour: colourful(io) }
    const print: Print = async (answer, hints) => {
      await write(formatAnswer(answer, format, options), io)
      reportHints(io, hints)
    }
    if (input !== null) return queryInput(input, args, io, print)
    checkLiveFlags(args)
    const context = await openContext(args, io)
    try {
      const asked = viewFrom(args, context.io, context.settings)
      const { view, names, hints } = asked
      if (args.on('live')) return await queryLive(asked, args, context, print)
      const store = openStore(context.cacheFile)
      try {
        const { lines, statuses } = await ready(context, args, store, view.scopes, view.kind, callsOf(args))
        await print(answerView(view, store, lines, names), hints)
        return reportCoverage(io, statuses) satisfies ExitCode
      } finally {
        store.close()
      }
    } finally {
      await context.close()
    }
  },
}

/** The format of --output; `otherwise` where it is not given. */
export function formatOf(args: Args, otherwise: Format = 'table'): Format {
  const written = args.text('output')
  if (written === null) return otherwise
  const format = formats.find((each) => each === written)
  if (format) return format
  throw usageError(`--output takes ${formats.join(', ')}, not '${written}'.`)
}

/** Writes chunks in larger pieces, as fast as the reader takes them. */
export async function write(chunks: Iterable<string>, io: Io): Promise<void> {
  let piece = ''
  for (const chunk of chunks) {
    piece += chunk
    if (piece.length < 65_536) continue
    io.signal.throwIfAborted()
    await io.out(piece)
    piece = ''
  }
  if (piece !== '') await io.out(piece)
}

/** Whether colours are wanted: a terminal, and no NO_COLOR (https://no-color.org). */
export function colourful(io: Io): boolean {
  return io.columns !== null && !io.env.NO_COLOR && io.env.TERM !== 'dumb'
}
