import { type ExitCode, exitCodes } from '../errors.ts'
import type { Io } from '../io.ts'
import type { ScopeStatus } from '../model.ts'
import { age } from '../output/age.ts'
import { sanitise } from '../output/sanitise.ts'
import { type Coverage, coverageOf, faultGroups, passedOver } from '../query/coverage.ts'

/** Says on standard error what an answer covers and what it misses; gives the exit code that says the same. */
export function reportCoverage(io: Io, statuses: readonly ScopeStatus[]): ExitCode {
  const coverage = coverageOf(statuses)
  io.err(`${coverageLines(coverage, io.now()).map(sanitise).join('\n')}\n`)
  return coverageExitCode(coverage)
}

/** Says on standard error where an expression runs and cannot do what was meant. */
export function reportHints(io: Io, hints: readonly string[]): void {
  for (const hint of hints) io.err(`hint: ${hint}\n`)
}

/** 0 when nothing misses; 4 when nothing could be read for want of credentials; else 3. */
export function coverageExitCode({ complete, covered, missing }: Coverage): ExitCode {
  if (complete) return exitCodes.done
  const signIn = missing.every(({ fault }) => fault?.class === 'credentials')
  return covered === 0 && signIn ? exitCodes.credentials : exitCodes.incomplete
}

/** `31 of 32 scopes, 1 failed; oldest data 4m`, then a line for each cause and its next step. */
export function coverageLines(coverage: Coverage, now: number): string[] {
  const { scopes, covered, missing, accepted, skipped, oldest } = coverage
  const counts = [
    `${covered} of ${scopes.length - skipped} scopes`,
    missing.length > 0 ? `${missing.length} missing` : '',
    accepted.length > 0 ? `${accepted.length} failed as accepted in the settings` : '',
    skipped > 0 ? `${skipped} skipped (region not enabled)` : '',
  ].filter((part) => part !== '')
  const first = `${counts.join(', ')}${oldest === null ? '' : `; oldest data ${age(now - oldest)}`}`
  return [first, ...missingLines(coverage)]
}

/** A line for each cause why something is missing, or was read with another profile, and its next step. */
export function missingLines({ missing, accepted, scopes }: Coverage): string[] {
  const lines: string[] = []
  for (const { line, next } of faultGroups(missing)) lines.push(`  ${line}`, `    -> ${next}`)
  for (const { line } of faultGroups(accepted)) lines.push(`  accepted: ${line}`)
  for (const { cause, next } of passedOver(scopes)) lines.push(`  ${cause}`, `    -> ${next}`)
  return lines
}
