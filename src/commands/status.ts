import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { selectionOf } from '../app/context.ts'
import { openContext } from '../app/open-context.ts'
import { flags } from '../app/options.ts'
import { printList } from '../app/print.ts'
import { freshness, ready } from '../app/ready.ts'
import { reportCoverage } from '../app/report.ts'
import type { ScopeStatus } from '../model.ts'
import { age } from '../output/age.ts'
import { ledger } from '../store/ledger.ts'
import { standingOfScopes } from '../sync/standing.ts'

/** The columns of the ledger's table. */
export const scopeColumns = [
  'Account',
  'AccountName',
  'Region',
  'Kind',
  'Profile',
  'State',
  'Age',
  'Rows',
  'Fault',
  'Next',
]

export const status: Command = {
  usage: 'status [OPTIONS]',
  about:
    'Where every scope in the cache stands: state, age, rows and fault. With --profile or --region the selected\nscopes, those never synced among them. Never calls AWS; exits 3 where something misses.',
  flags: [
    ...flags.selection,
    ...flags.roles,
    { ...flags.kind, help: 'only this kind' },
    { name: 'fresh', value: 'AGE', help: 'what counts as fresh, as 15m; default 15m' },
    flags.output,
  ],
  examples: ['muster status', "muster status --profile 'prod-*' --output json"],
  async run(args, io) {
    const context = await openContext(args, io)
    try {
      return await withCache(context, async (store) => {
        const selection = selectionOf(args)
        const kind = args.text('kind')
        const selecting = [...selection.profiles, ...selection.regions, ...selection.accounts].length > 0
        const { statuses } = selecting
          ? await ready(context, args, store, selection, kind ?? context.settings.kind, 'never')
          : standingOfScopes(
              ledger(store)
                .map(({ scope }) => ({ scope, profiles: [scope.profile] }))
                .filter(({ scope }) => kind === null || scope.kind === kind),
              { fresh: freshness(context, args), accepted: context.settings.accepted },
              store,
              context.io,
            )
        await printList(
          'Scopes',
          scopeColumns,
          statuses.map((each) => scopeRow(each, io.now())),
          args,
          io,
        )
        if (statuses.length > 0) return reportCoverage(io, statuses)
        io.err('The cache is empty: run `muster sync`.\n')
        return 0
      })
    } finally {
      await context.close()
    }
  },
}

/** Where one scope stands, as a row of the ledger's table. */
export function scopeRow(status: ScopeStatus, now: number) {
  const { scope, fault, syncedAt } = status
  return {
    Account: scope.account,
    AccountName: status.accountName,
    Region: scope.region,
    Kind: scope.kind,
    Profile: scope.profile,
    State: status.accepted ? `${status.state} (accepted)` : status.state,
    Age: syncedAt === null || syncedAt > now ? null : age(now - syncedAt),
    Rows: status.rows,
    Fault: fault ? `${fault.code}: ${fault.message}` : null,
    Next: fault?.next ?? null,
  }
}
