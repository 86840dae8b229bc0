import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { selectionOf } from '../app/context.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { inContext } from '../app/open-context.ts'
import { optionGroups } from '../app/options.ts'
import { syncSelection } from '../app/ready.ts'
import { reportCoverage } from '../app/report.ts'
import { splitList } from '../config/patterns.ts'
import { exitCodes } from '../errors.ts'
import { defaultKind, findKind, kinds } from '../kinds.ts'
import { sanitise } from '../output/sanitise.ts'

export const syncAll: Command = {
  summary: 'read the selected accounts and regions into the cache',
  usage: 'sync [OPTIONS]',
  about:
    'Reads every selected scope (account, region and kind) into the cache, whatever its age. A scope that fails\nkeeps its older rows and is named.',
  options: [
    ...optionGroups.selection,
    ...optionGroups.roles,
    'mfaCode',
    { name: 'kind', help: `kinds, as a comma list; default ${defaultKind.name}` },
    ...optionGroups.calls,
    'coverage',
  ],
  examples: [
    "muster sync --profile '*' --region '*'",
    `muster sync --kind ${kinds.map(({ name }) => name).join(',')} --concurrency 32`,
  ],
  async run(args, io) {
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, async (context) => {
      const selection = selectionOf(args)
      const requested = splitList(args.kind)
      const kindsToSync = (requested.length > 0 ? requested : [context.settings.kind]).map(
        (name) => findKind(name).name,
      )
      return await withCache(context, async (store) => {
        const statuses = []
        for (const kind of kindsToSync)
          statuses.push(...(await syncSelection(context, args, store, selection, kind, 'always')).statuses)
        const rows = statuses.reduce((sum, status) => sum + status.rows, 0)
        await io.out(`${rows} ${kindsToSync.join(' and ')} in the cache ${sanitise(context.cacheFile)}\n`)
        await coverage.write(statuses)
        return statuses.length === 0 ? exitCodes.done : reportCoverage(io, statuses, 'nothing')
      })
    })
  },
}
