import { findKind } from '../kinds.ts'
import type { DescribedGroup, Description } from '../mentions/description.ts'
import type { Json } from '../model.ts'
import { formatCell, measureWidth } from '../output/cell.ts'
import { formatTable } from '../output/table.ts'
import { formatYaml } from '../output/yaml.ts'

/** So many of a kind are listed for a person. */
const mostShown = 10

/** A resource as a person wants to see it. */
export function* formatDescription(shown: Description, width: number | null): Generator<string> {
  const { Name, Id, Kind, AccountId, AccountName, Region, SyncedAt, SeenFrom, State } = shown
  const columns = { headers: false, columns: width, colour: false }
  yield `${formatCell([findKind(Kind).title, Id, Name].filter((part) => part !== null).join('  '))}\n\n`
  const account = AccountName === AccountId ? AccountId : `${AccountName} (${AccountId})`
  const first: readonly (readonly [string, Json])[] = [
    ...Object.entries(shown.First),
    ...(State === null || Object.values(shown.First).includes(State) ? [] : [['State', State] as const]),
    ['Account', account],
    ['Region', Region],
    ['Synced', SyncedAt],
    ...(SeenFrom.length === 0 ? [] : [['Seen from', SeenFrom.join(', ')] as const]),
  ]
  yield* formatPairs(first)
  yield* formatGroups('Mentions', shown.Mentions, columns)
  if (shown.NotInCache.length > 0) {
    yield '\nNot in the cache\n'
    const rows = shown.NotInCache.map(({ Id: id, Where, Reason }): Json[] => [id, Where, Reason])
    yield* indent(formatTable({ title: '', columns: ['Id', 'Where', 'Reason'], rows }, columns))
  }
  yield* formatGroups('Mentioned by', shown.MentionedBy, columns)
  yield '\nEverything\n'
  yield* indent(formatYaml({ type: 'value', title: Kind, value: shown.Resource }))
}

/** The same as rows, for formats of rows. */
export function rowsOfDescription(shown: Description) {
  const columns = ['Section', 'Kind', 'Id', 'Name', 'State', 'AccountName', 'Region', 'Where', 'Value']
  const empty = Object.fromEntries(columns.map((name) => [name, null]))
  const value = (section: string, name: string, each: Json) => ({
    ...empty,
    Section: section,
    Where: name,
    Value: each,
  })
  const neighbours = (section: string, groups: readonly DescribedGroup[]) =>
    groups.flatMap(({ Kind, Resources }) =>
      Resources.map(({ AccountId: _, ...each }) => ({ ...empty, Section: section, Kind, ...each })),
    )
  const { Kind, Id, Name, State, AccountName, Region } = shown
  const items: readonly Json[] = [
    { ...empty, Section: 'resource', Kind, Id, Name, State, AccountName, Region, Where: 'id' },
    ...Object.entries(shown.First).map(([name, each]) => value('first', name, each)),
    ...neighbours('mentions', shown.Mentions),
    ...shown.NotInCache.map(({ Reason, ...each }) => ({
      ...empty,
      Section: 'not in cache',
      ...each,
      Value: Reason,
    })),
    ...neighbours('mentioned by', shown.MentionedBy),
    ...Object.entries(shown.Resource).map(([name, each]) => value('everything', name, each)),
  ]
  return { columns, items }
}

type Columns = Parameters<typeof formatTable>[1]

function* formatGroups(
  title: string,
  groups: readonly DescribedGroup[],
  columns: Columns,
): Generator<string> {
  if (groups.length === 0) return
  yield `\n${title}\n`
  for (const { Kind, Title, Count, Resources } of groups) {
    yield `  ${Title} (${Count})\n`
    const rows = Resources.slice(0, mostShown).map(
      ({ Id, Name, State, AccountName, Region, Where }): Json[] => [
        Id,
        Name,
        State,
        AccountName,
        Region,
        Where,
      ],
    )
    const names = ['Id', 'Name', 'State', 'AccountName', 'Region', 'Where']
    yield* indent(indent(formatTable({ title: Kind, columns: names, rows }, columns)))
    if (Count > rows.length) yield `    … and ${Count - rows.length} more\n`
  }
}

function* formatPairs(pairs: readonly (readonly [string, Json])[]): Generator<string> {
  const width = Math.max(...pairs.map(([name]) => measureWidth(name)))
  for (const [name, value] of pairs)
    yield `${name}${' '.repeat(width - measureWidth(name) + 2)}${formatCell(value)}\n`
}

/** Sets each line two cells further in. */
function* indent(chunks: Iterable<string>): Generator<string> {
  const text = [...chunks].join('')
  yield text.replace(/^(?=.)/gm, '  ')
}
