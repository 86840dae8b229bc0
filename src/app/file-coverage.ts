import type { Json, ScopeStatus } from '../model.ts'
import type { FileCoverage } from '../output/file-about.ts'
import type { Coverage } from '../query/coverage.ts'

/** What an answer covers, for the inside of a file. Ages would be wrong there tomorrow: it holds times. */
export function toFileCoverage(coverage: Coverage): FileCoverage {
  const { complete, covered, scopes, skipped, notCovered, oldest } = coverage
  const count = scopes.length - skipped - notCovered.length
  const age = oldest === null ? '' : `; the oldest data is of ${toTime(oldest)}`
  return {
    complete,
    summary: `${covered} of ${count} scopes were read${age}`,
    columns: columnsOfScopes.map(([name]) => name),
    scopes: scopes.map((status) => columnsOfScopes.map(([, read]) => read(status))),
    unread: coverage.unread.map((status) => columnsOfScopes.map(([, read]) => read(status))),
  }
}

const columnsOfScopes: readonly (readonly [name: string, read: (status: ScopeStatus) => Json])[] = [
  ['profile', ({ scope }) => scope.profile],
  ['account', ({ scope }) => scope.account],
  ['name', ({ accountName }) => accountName],
  ['region', ({ scope }) => scope.region],
  ['kind', ({ scope }) => scope.kind],
  ['state', ({ state }) => state],
  ['syncedAt', ({ syncedAt }) => (syncedAt === null ? null : toTime(syncedAt))],
  ['rows', ({ rows }) => rows],
  ['readBy', ({ readBy }) => readBy],
  ['accepted', ({ accepted }) => accepted],
  ['fault', ({ fault }) => fault?.code ?? null],
  ['message', ({ fault }) => fault?.message ?? null],
  ['next', ({ fault }) => fault?.next ?? null],
]

function toTime(at: number): string {
  return new Date(at).toISOString()
}
