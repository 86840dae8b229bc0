import { existsSync } from 'node:fs'
import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import type { Context } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import { formatOf, printList } from '../app/print.ts'
import { selectKinds } from '../config/kind-words.ts'
import { exitCodes } from '../errors.ts'
import { listWithheld } from '../kinds/withheld.ts'
import { listKinds, listUncovered } from '../kinds.ts'
import type { JsonObject, Kind } from '../model.ts'
import { formatAge } from '../output/age.ts'
import { type LedgerLine, readLedger } from '../store/ledger.ts'

const shownColumns = [
  'Name',
  'Operation',
  'Id',
  'Made',
  'Area',
  'Rows',
  'Oldest',
  'Newest',
  'Follows',
  'Withheld',
  'Why',
]

/** What a terminal has room for that is not wide enough for all. */
const narrowColumns = ['Name', 'Rows', 'Newest', 'Made', 'Id']
const wide = 320

export const kindsCommand: Command = {
  summary: 'every kind of EC2 resource, and what the cache holds of it',
  usage: 'kinds [OPTIONS]',
  about:
    'Every kind: its operation, what identifies a resource, whether it was made by hand or from the schema of the SDK,\nand how much the cache holds of it, with the age of the oldest and the newest scope. Then the operations of EC2 that\nno kind covers, with the reason. With --kind the kinds that it chooses. Calls nothing.',
  options: [
    {
      name: 'kind',
      help: 'only these kinds: names, comma lists, globs, !excludes, compute, storage, network',
    },
    'output',
  ],
  examples: ['muster kinds', "muster kinds --kind 'vpc*' --output csv", 'muster kinds --output json'],
  async run(args, io) {
    const chosen = args.kind.length > 0 ? selectKinds(args.kind) : listKinds()
    return inContext(args, io, async (context) => {
      const lines = await readLines(context)
      const byKind = Map.groupBy(lines, ({ scope }) => scope.kind)
      const items = chosen.map((kind) => describeKind(kind, byKind.get(kind.name) ?? [], io.now()))
      const others = args.kind.length > 0 ? [] : listUncovered().map(describeUncovered)
      const isNarrow = formatOf(args) === 'table' && io.columns !== null && io.columns < wide
      await printList('Kinds', isNarrow ? narrowColumns : shownColumns, [...items, ...others], args, io)
      if (isNarrow)
        io.err(
          'More on a wider line or with --output csv: operation, area, what is withheld, why not covered.\n',
        )
      return exitCodes.done
    })
  },
}

/** The ledger; empty if there is no cache, which is not made for this. */
async function readLines(context: Context): Promise<readonly LedgerLine[]> {
  return existsSync(context.cacheFile) ? withCache(context, async (store) => readLedger(store)) : []
}

function describeKind(kind: Kind, lines: readonly LedgerLine[], now: number): JsonObject {
  const times = lines.flatMap(({ syncedAt }) => (syncedAt === null || syncedAt > now ? [] : [syncedAt]))
  const ageOf = (at: number) => (times.length === 0 ? null : formatAge(now - at))
  const withheld = listWithheld(kind)
  return {
    Name: kind.name,
    Operation: kind.operation,
    Id: kind.identity === 'item' ? `${kind.id} and the whole item` : kind.id,
    Made: kind.made ?? 'by hand',
    Area: kind.area,
    Rows: lines.length === 0 ? null : lines.reduce((sum, { rows }) => sum + rows, 0),
    Oldest: ageOf(Math.min(...times)),
    Newest: ageOf(Math.max(...times)),
    Follows: kind.parent?.kind ?? null,
    Withheld: withheld.length === 0 ? null : withheld.join(', '),
    Why: null,
  }
}

function describeUncovered({
  name,
  operation,
  reason,
}: ReturnType<typeof listUncovered>[number]): JsonObject {
  return { Name: name, Operation: operation, Made: 'not covered', Why: reason }
}
