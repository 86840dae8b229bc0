import type { ScopeStatus } from '../model.ts'
import type { FileCoverage } from '../output/file-about.ts'
import type { Cell, CellType } from '../output/typed-rows.ts'
import type { Coverage } from '../query/coverage.ts'

/** What an answer covers, for the inside of a file. Ages would be wrong there tomorrow: it holds times. */
export function toFileCoverage(coverage: Coverage): FileCoverage {
  const { complete, covered, scopes, skipped, notCovered, oldest } = coverage
  const count = scopes.length - skipped - notCovered.length
  const age = oldest === null ? '' : `; the oldest data is of ${toTime(oldest)}`
  return {
    complete,
    summary: `${covered} of ${count} scopes were read${age}`,
    columns: columnsOfScopes.map(([name, type]) => ({ name, type })),
    scopes: scopes.map((status) => columnsOfScopes.map(([, , read]) => read(status))),
    unread: coverage.unread.map((status) => columnsOfScopes.map(([, , read]) => read(status))),
  }
}

const columnsOfScopes: readonly (readonly [
  name: string,
  type: CellType,
  read: (status: ScopeStatus) => Cell,
])[] = [
  ['profile', 'text', ({ scope }) => scope.profile],
  ['account', 'text', ({ scope }) => scope.account],
  ['name', 'text', ({ accountName }) => accountName],
  ['region', 'text', ({ scope }) => scope.region],
  ['kind', 'text', ({ scope }) => scope.kind],
  ['state', 'text', ({ state }) => state],
  ['syncedAt', 'time', ({ syncedAt }) => (syncedAt === null ? null : toTime(syncedAt))],
  ['rows', 'integer', ({ rows }) => rows],
  ['readBy', 'text', ({ readBy }) => readBy],
  ['accepted', 'boolean', ({ accepted }) => accepted],
  ['fault', 'text', ({ fault }) => fault?.code ?? null],
  ['message', 'text', ({ fault }) => fault?.message ?? null],
  ['next', 'text', ({ fault }) => fault?.next ?? null],
]

function toTime(at: number): string {
  return new Date(at).toISOString()
}
