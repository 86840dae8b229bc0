import { type ExitCode, exitCodes } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Fault, ScopeStatus } from '../model.ts'
import { formatAge } from '../output/age.ts'
import { sanitise } from '../output/sanitise.ts'
import { type Coverage, coverageOf, groupFaults, groupPassedOver, rowsOf } from '../query/coverage.ts'

/**
 * Reports on standard error what an answer holds and what is missing. Returns the exit code that says the same. A sync
 * prints no rows, so older ones in the cache do not make it an answer. `say`: how a command says the next steps.
 */
export function reportCoverage(
  io: Io,
  statuses: readonly ScopeStatus[],
  prints: 'rows' | 'nothing' = 'rows',
  say: (line: string) => string = (line) => line,
): ExitCode {
  const coverage = coverageOf(statuses)
  const lines = formatCoverage(coverage, io.now()).map((line) => sanitise(say(line)))
  io.err(`${lines.join('\n')}\n`)
  return exitCodeOfCoverage(prints === 'rows' ? coverage : { ...coverage, rows: 0 })
}

/** Reports on standard error where an expression runs but cannot do what was meant. */
export function reportHints(io: Io, hints: readonly string[]): void {
  for (const hint of hints) io.err(`hint: ${hint}\n`)
}

/** 0 if everything was read that can be; 4 if the answer holds nothing because credentials are missing; else 3. */
export function exitCodeOfCoverage({ complete, covered, rows, unread, notCovered }: Coverage): ExitCode {
  if (complete) return exitCodes.done
  return incompleteExitCode(
    [...unread, ...notCovered].map(({ fault }) => fault),
    covered > 0 || rows > 0,
  )
}

/** The exit code of something incomplete: 4 if there is nothing at all and signing in would help everywhere; else 3. */
export function incompleteExitCode(faults: readonly (Fault | null)[], holdsAnything: boolean): ExitCode {
  const signIn = faults.every((fault) => fault?.class === 'credentials')
  return !holdsAnything && signIn ? exitCodes.credentials : exitCodes.incomplete
}

/**
 * `30 of 32 scopes, 1 not read again (20 rows, 10d old), 1 missing; oldest data 10d`, then a line for each cause and
 * its next step.
 */
export function formatCoverage(coverage: Coverage, now: number): string[] {
  const { scopes, covered, older, missing, elsewhere, accepted, notCovered, skipped, oldest } = coverage
  const ahead = scopes.filter(({ syncedAt }) => syncedAt !== null && syncedAt > now).length
  const counts = [
    `${covered} of ${scopes.length - skipped - notCovered.length} scopes`,
    older.length > 0 ? `${older.length} not read again (${formatRowsAndAge(older, now)})` : '',
    missing.length > 0 ? `${missing.length} missing` : '',
    elsewhere.length > 0 ? `${elsewhere.length} being read by another muster` : '',
    ahead > 0 ? `${ahead} of unknown age (read at a time still to come: the clock was set back)` : '',
    accepted.length > 0 ? `${accepted.length} failed as accepted in the settings` : '',
    notCovered.length > 0 ? `${notCovered.length} not covered` : '',
    skipped > 0 ? `${skipped} skipped (region not enabled)` : '',
  ].filter((part) => part !== '')
  const oldestText = oldest === null || oldest > now ? '' : `; oldest data ${formatAge(now - oldest)}`
  const first = `${counts.join(', ')}${oldestText}`
  return [first, ...formatUnread(coverage, now)]
}

/** A line for each reason why something was not read, or was read with another profile, and its next step. */
export function formatUnread({ unread, accepted, notCovered, scopes }: Coverage, now: number): string[] {
  const lines: string[] = []
  for (const { line, next, scopes: group } of groupFaults(unread))
    lines.push(`  ${line}${formatHeldRows(group, now)}`, `    -> ${next}`)
  for (const { line } of groupFaults(notCovered)) lines.push(`  not covered: ${line}`)
  for (const { line, scopes: group } of groupFaults(accepted))
    lines.push(`  accepted: ${line}${formatHeldRows(group, now)}`)
  for (const { cause, next } of groupPassedOver(scopes)) lines.push(`  ${cause}`, `    -> ${next}`)
  return lines
}

/** What the answer still holds of scopes that were not read: ` [still holds 20 rows, 10d old]`. */
function formatHeldRows(scopes: readonly ScopeStatus[], now: number): string {
  const older = scopes.filter(({ syncedAt }) => syncedAt !== null)
  const part = rowsOf(scopes.filter(({ syncedAt }) => syncedAt === null))
  const texts = [
    older.length > 0 ? `still holds ${formatRowsAndAge(older, now)}` : '',
    part > 0 ? `holds ${formatRowCount(part)} of a reading that did not end` : '',
  ].filter((text) => text !== '')
  return texts.length === 0 ? '' : ` [${texts.join('; ')}]`
}

/** `20 rows, 10d old`; the age is that of the oldest scope. */
function formatRowsAndAge(scopes: readonly ScopeStatus[], now: number): string {
  const { rows, oldest } = coverageOf(scopes)
  if (oldest === null) return formatRowCount(rows)
  return `${formatRowCount(rows)}, ${oldest > now ? 'of unknown age' : `${formatAge(now - oldest)} old`}`
}

function formatRowCount(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
