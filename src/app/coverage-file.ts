import { resolve } from 'node:path'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { ScopeStatus } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { coverageOf } from '../query/coverage.ts'
import type { Args } from './options.ts'
import { checkPlace, writeFile } from './write-file.ts'

/** Where --coverage writes to. If that is impossible, it is found out before AWS is called. */
export interface CoverageFile {
  /** Writes where every scope of the answer stands. `more`: some scopes were not looked at yet. */
  write(statuses: readonly ScopeStatus[], more?: boolean): Promise<void>
}

/** The file of --coverage; `-` is a line on standard error. `beside`: the file that the answer itself goes to. */
export function openCoverageFile(args: Args, io: Io, beside: string | null = null): CoverageFile {
  const to = args.coverage
  if (to === null) return { write: async () => {} }
  if (to === '-') {
    return {
      write: async (statuses, more = false) =>
        io.err(`${sanitise(JSON.stringify(toCoverageJson(statuses, more, io.now())))}\n`),
    }
  }
  const file = resolve(io.cwd, to)
  if (file === beside) throw usageError(`--coverage and --to both name ${file}: give two files.`)
  checkPlace(file)
  return {
    async write(statuses, more = false) {
      const text = JSON.stringify(toCoverageJson(statuses, more, io.now()), null, 4)
      await writeFile(file, [`${text}\n`], true, io)
    },
  }
}

/** Where a scope stands, for scripts: times as ISO 8601. */
export function toScopeJson(status: ScopeStatus) {
  const { scope, accountName, state, syncedAt, rows, readBy, fault, others, accepted } = status
  return {
    profile: scope.profile,
    account: scope.account,
    name: accountName,
    region: scope.region,
    kind: scope.kind,
    state,
    syncedAt: syncedAt === null ? null : new Date(syncedAt).toISOString(),
    rows,
    readBy,
    fault,
    others: others.map((other) => ({ profile: other.profile, fault: other.fault })),
    accepted,
  }
}

function toCoverageJson(statuses: readonly ScopeStatus[], more: boolean, now: number) {
  return {
    at: new Date(now).toISOString(),
    complete: coverageOf(statuses).complete && !more,
    scopes: statuses.map(toScopeJson),
  }
}
