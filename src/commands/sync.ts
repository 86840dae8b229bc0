import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { selectionOf } from '../app/context.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { inContext } from '../app/open-context.ts'
import { optionGroups } from '../app/options.ts'
import { plainKinds, syncSelection } from '../app/ready.ts'
import { reportCoverage } from '../app/report.ts'
import { selectKinds } from '../config/kind-words.ts'
import { exitCodes } from '../errors.ts'
import { defaultKind } from '../kinds.ts'
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
    {
      name: 'kind',
      help: `names, lists, globs, groups; default: the settings' kinds, else ${defaultKind.name}`,
    },
    ...optionGroups.calls,
    'coverage',
  ],
  examples: [
    "muster sync --profile '*' --region '*'",
    "muster sync --kind compute,storage,'vpc*' --concurrency 32",
  ],
  async run(args, io) {
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, async (context) => {
      const requested = selectKinds(args.kind).map(({ name }) => name)
      const kinds = requested.length > 0 ? requested : context.settings.kinds
      return await withCache(context, async (store) => {
        const wanted = plainKinds(kinds)
        const { statuses } = await syncSelection(context, args, store, selectionOf(args), wanted, 'always')
        const rows = statuses.reduce((sum, status) => sum + status.rows, 0)
        await io.out(`${formatKinds(kinds, requested.length === 0)}\n`)
        await io.out(`${rows} ${describeRows(kinds)} in the cache ${sanitise(context.cacheFile)}\n`)
        await coverage.write(statuses)
        return statuses.length === 0 ? exitCodes.done : reportCoverage(io, statuses, 'nothing')
      })
    })
  },
}

/** `Kinds: instances; …`: which kinds, and how to add some if none were named. */
function formatKinds(kinds: readonly string[], isDefault: boolean): string {
  const names =
    kinds.length > 8 ? `${kinds.slice(0, 8).join(', ')} and ${kinds.length - 8} more` : kinds.join(', ')
  if (!isDefault) return `Kinds: ${names}`
  return `Kinds: ${names}; add others with --kind (names, globs, compute, storage, network, all) or as "kinds" in the settings.`
}

function describeRows(kinds: readonly string[]): string {
  return kinds.length > 3 ? `rows of ${kinds.length} kinds` : kinds.join(' and ')
}
