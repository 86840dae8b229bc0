import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { selectionOf } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import { optionGroups } from '../app/options.ts'
import { printList } from '../app/print.ts'
import { freshnessOf, plainKinds, syncSelection } from '../app/ready.ts'
import { reportCoverage } from '../app/report.ts'
import { makeScopeRows, scopeColumns } from '../app/scope-rows.ts'
import { selectKinds } from '../config/kind-words.ts'
import { readLedger } from '../store/ledger.ts'
import { cachedScopesOf } from '../sync/standing.ts'

export const status: Command = {
  summary: 'where every scope stands: state, age, rows, fault',
  usage: 'status [OPTIONS]',
  about:
    'Where every scope in the cache stands: state, age, rows and fault. With --profile or --region the selected\nscopes, those never synced among them. Never calls AWS; exits 3 if something is missing.',
  options: [
    ...optionGroups.selection,
    ...optionGroups.roles,
    { name: 'kind', help: 'only these kinds: names, lists, globs, groups' },
    { name: 'fresh', help: 'what is fresh, as 15m; default 15m' },
    'output',
  ],
  examples: ['muster status', "muster status --profile 'prod-*' --output json"],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      return await withCache(context, async (store) => {
        const selection = selectionOf(args)
        const kinds = selectKinds(args.kind).map(({ name }) => name)
        const hasSelection = [...selection.profiles, ...selection.regions, ...selection.accounts].length > 0
        const { statuses, lines } = hasSelection
          ? await syncSelection(
              context,
              args,
              store,
              selection,
              plainKinds(kinds.length > 0 ? kinds : context.settings.kinds),
              'never',
            )
          : cachedScopesOf(
              readLedger(store, kinds.length > 0 ? kinds : null).map(({ scope }) => ({
                scope,
                profiles: [scope.profile],
              })),
              { fresh: freshnessOf(context, args), accepted: context.settings.accepted },
              store,
              context.io,
            )
        await printList('Scopes', scopeColumns, makeScopeRows(statuses, lines, io.now()), args, io)
        if (statuses.length > 0) return reportCoverage(io, statuses)
        io.err('The cache is empty: run `muster sync`.\n')
        return 0
      })
    })
  },
}
