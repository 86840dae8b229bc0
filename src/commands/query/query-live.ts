import { accessOf, type Context, chooseProfiles } from '../../app/context.ts'
import type { CoverageFile } from '../../app/coverage-file.ts'
import type { Args } from '../../app/options.ts'
import type { Print } from '../../app/print.ts'
import { makeProgressLine } from '../../app/progress-line.ts'
import { exitCodeOfCoverage, formatUnread } from '../../app/report.ts'
import type { RequestedView } from '../../app/view.ts'
import type { SelectedProfile } from '../../config/selection.ts'
import { isAccepted } from '../../config/settings.ts'
import { type ExitCode, Interruption, usageError } from '../../errors.ts'
import { findJoined, findKind } from '../../kinds.ts'
import type { View } from '../../model.ts'
import { sanitise } from '../../output/sanitise.ts'
import { answerResources } from '../../query/answer.ts'
import { coverageOf, nameOfScope } from '../../query/coverage.ts'
import { joinedNamesOf } from '../../query/joined.ts'
import { decodeToken, encodeToken, tokenKeys } from '../../sync/live-token.ts'
import type { LiveReading } from '../../sync/read-live.ts'
import { areResolved, refuseUnmatchedRegions } from '../../sync/unmatched.ts'

/**
 * Answers a view straight from AWS. If anything is left, beyond --max-items or because it failed, the last line on
 * standard error is `next token: TOKEN`.
 */
export async function queryLive(
  { view: requested, names, hints }: RequestedView,
  args: Args,
  context: Context,
  print: Print,
  coverageTo: CoverageFile,
): Promise<ExitCode> {
  refuseJoined(requested)
  const { io, settings } = context
  if (requested.otherKinds.length > 0) {
    const kinds = [requested.kind, ...requested.otherKinds].join(', ')
    throw usageError(`--live reads one kind, and this question is about ${kinds}: leave --live out.`)
  }
  const maxItems = args.maxItems
  const pageSize = args.pageSize ?? settings.pageSize
  const chosen = chooseProfiles(context, requested.scopes)
  const keys = tokenKeys(requested, chosen)
  const token = args.startingToken
  const from = token === null ? null : decodeToken(token, keys)
  // All calls of one reading ask with the same times.
  const view = from ? { ...requested, parameters: from.parameters } : requested
  const [{ readLive }, { openSessions }] = await Promise.all([
    import('../../sync/read-live.ts'),
    import('../../identity/session.ts'),
  ])
  const { accounts } = view.scopes
  const isAcceptedFault: Parameters<typeof readLive>[0]['accepted'] = (scope, fault) =>
    isAccepted(settings.accepted, scope, fault)
  const request = { chosen, kind: view.kind, accounts, pageSize, maxItems, from, accepted: isAcceptedFault }
  const sessions = openSessions({ io, config: context.config, chosen, ...accessOf(context) })
  const display = makeProgressLine(context, args, 'reading')
  const reading = await readLive(request, { sessions, io, emit: display.emit })
    .catch((error: unknown) => {
      const { reason } = io.signal
      if (!(reason instanceof Interruption)) throw error
      throw new Interruption(reason.signal, nothingLeft)
    })
    .finally(() => {
      display.end()
      sessions.close()
    })
  if (token === null) refuseUnmatchedLive(chosen, accounts, reading)
  await io.hold(() => print(answerResources(view, reading.read, names), hints, view))
  await coverageTo.write(reading.statuses, reading.next !== null)
  io.err(`${formatLiveReading(reading, view.kind, io.now()).map(sanitise).join('\n')}\n`)
  if (reading.next)
    io.err(`next token: ${encodeToken({ ...reading.next, parameters: view.parameters }, keys)}\n`)
  return exitCodeOfCoverage(coverageOf(reading.statuses))
}

/** What is joined stands in the cache, which --live leaves alone. */
function refuseJoined(view: View): void {
  const kind = findKind(view.kind)
  const [name] = view.expression === null ? joinedNamesOf(view, kind) : []
  if (name === undefined) return
  throw usageError(
    `${name} comes from the cache, out of ${findJoined(name, kind)?.kind}, and --live reads from AWS: leave one of them out.`,
  )
}

/** A usage error for words that chose nothing, if every profile was asked. */
function refuseUnmatchedLive(
  chosen: readonly SelectedProfile[],
  accounts: readonly string[],
  { statuses, regions, next }: LiveReading,
): void {
  if (statuses.length === 0 && accounts.length > 0) {
    throw usageError(`No selected profile leads to an account that matches --account ${accounts.join(',')}.`)
  }
  const failedOnly = next === null || next.places.every(({ extent }) => extent !== 'selection')
  if (failedOnly && areResolved(statuses)) refuseUnmatchedRegions(chosen, regions)
}

const nothingLeft =
  'nothing was printed, and --live stores nothing: the same command asks for everything again. With --max-items N it prints N at a time and a token to go on with.'

/** `120 instances live from 2 of 3 scopes, 1 missing; more remains`, then a line for each cause and its next step. */
function formatLiveReading(
  { read, statuses, next, waiting }: LiveReading,
  kind: string,
  now: number,
): string[] {
  const coverage = coverageOf(statuses)
  const { covered, missing, accepted, notCovered, skipped } = coverage
  const rows = read.reduce((sum, { resources }) => sum + resources.length, 0)
  const counts = [
    `${rows} ${kind} live from ${covered} of ${statuses.length - skipped - notCovered.length} scopes`,
    missing.length > 0 ? `${missing.length} missing` : '',
    accepted.length > 0 ? `${accepted.length} failed as accepted in the settings` : '',
    notCovered.length > 0 ? `${notCovered.length} not covered` : '',
    skipped > 0 ? `${skipped} skipped (region not enabled)` : '',
  ].filter((part) => part !== '')
  const lines = [`${counts.join(', ')}${next ? '; more remains' : ''}`, ...formatUnread(coverage, now)]
  const postponed = waiting.map((place) => nameOfScope({ ...place, kind }))
  if (postponed.length > 0) {
    const more = postponed.length > 4 ? ` and ${postponed.length - 4} more` : ''
    lines.push(`  ${postponed.slice(0, 4).join(', ')}${more}: failed before, read again at the end`)
  }
  return lines
}
