import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { openInventory } from '../app/inventory.ts'
import { lookupOptions } from '../app/lookup-options.ts'
import { inContext } from '../app/open-context.ts'
import { formatOf, formatOptionsOf, writeAnswer, writeChunks } from '../app/print.ts'
import { usageError } from '../errors.ts'
import { defaultKind } from '../kinds.ts'
import { describeResource } from '../mentions/description.ts'
import { find } from '../mentions/find.ts'
import { findOwners } from '../mentions/neighbours.ts'
import { type Inventory, type KnownResource, readAtOnce } from '../mentions/resources.ts'
import { sanitise } from '../output/sanitise.ts'
import { reportFound } from './find-words.ts'

export const show: Command = {
  summary: 'one resource: what it is, what it mentions, and what mentions it',
  usage: 'show ID [OPTIONS]',
  about:
    'Shows a resource of the cache, whatever its kind and account: first what its kind’s table shows, then what it mentions\nwith names and states, what mentions it by kind, and the whole resource. A name or an address will do if it is that\nof one resource. Calls AWS only with --fresh or --sync. Looks into all profiles and regions unless --profile,\n--account or --region say otherwise.',
  options: lookupOptions,
  examples: [
    'muster show i-0123456789abcdef0',
    'muster show sg-0123456789abcdef0 --output json',
    'muster show vpc-0123456789abcdef0 --fresh 15m',
  ],
  async run(args, io) {
    const [word, ...more] = args.words
    if (word === undefined || more.length > 0)
      throw usageError(`Give one id, as muster show i-0123456789abcdef0 (an ${defaultKind.id}).`)
    const format = formatOf(args)
    const options = formatOptionsOf(args, format, io)
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, (context) =>
      withCache(context, async (store) => {
        const { inventory, statuses } = await openInventory(context, args, store, [word])
        await context.close()
        let isFound = false
        await io.hold(async () => {
          const shown = readAtOnce(inventory, () => {
            const chosen = choose(inventory, word)
            return chosen && describeResource(inventory, chosen)
          })
          if (!shown) return
          isFound = true
          const { formatDescription, rowsOfDescription } = await import('./show-text.ts')
          if (format === 'table') return writeChunks(formatDescription(shown, io.columns), io)
          const isWhole = format === 'json' || format === 'yaml' || format === 'ndjson'
          const answer = isWhole
            ? ({ type: 'value', title: shown.Kind, value: shown } as const)
            : ({ type: 'list', title: shown.Kind, ...rowsOfDescription(shown) } as const)
          await writeAnswer(answer, format, options, io)
        })
        await coverage.write(statuses)
        return reportFound(isFound ? [] : [word], statuses, args, io)
      }),
    )
  },
}

/** The resource that a word names; a usage error if it is the name of several. */
function choose(inventory: Inventory, word: string): KnownResource | undefined {
  const [own] = findOwners(inventory, [word]).get(word) ?? []
  if (own) return own
  const findings = [...(find(inventory, [word])[0]?.findings ?? [])]
  const named = findings.filter(({ where }) => where === 'id' || where === 'name')
  const [chosen, ...others] = named.length > 0 ? named : findings
  if (others.length === 0) return chosen?.resource
  throw usageError(
    `${sanitise(word)} leads to ${findings.length} resources: muster find ${sanitise(word)} lists them; show one by its id.`,
  )
}
