import type { Selection, View } from '../../model.ts'
import { columnWord } from '../../query/column-list.ts'
import { formatSort } from '../../query/sort-text.ts'
import type { TableRequest } from '../threads/messages.ts'

/** What a command needs beside the table, so that it answers the same in any shell. */
export interface Surroundings {
  readonly demo: boolean
  /** The kind that the settings make the usual one. */
  readonly usualKind: string
  /** The words that made `ROLE@ACCOUNT`. */
  readonly adHoc: readonly string[]
}

/** The command that answers what a table shows, quoted for a POSIX shell. */
export function formatEquivalentCommand(ask: TableRequest, { demo, usualKind, adHoc }: Surroundings): string {
  const words =
    ask.type === 'scopes'
      ? ['muster', 'status']
      : ask.type === 'find'
        ? ['muster', 'find', ...ask.words]
        : ['muster', 'query', ...formatQuery(ask.view)]
  // Words are looked up in everything, whatever is selected.
  const scopes = ask.type === 'find' ? [] : formatSelection(ask.view.scopes, adHoc)
  const where = [...scopes, ...formatView(ask, usualKind)]
  return [...words, ...where, ...(demo ? ['--demo'] : [])].map(quoteWord).join(' ')
}

function formatQuery({ query, expression, parameters, engine }: View): string[] {
  const other = engine === 'muster' ? [] : ['--engine', engine]
  if (query !== null)
    return [query, ...parameters.flatMap(({ name, written }) => ['--set', `${name}=${written}`]), ...other]
  return expression === null ? [] : ['--query', expression, ...other]
}

function formatSelection({ profiles, accounts, regions }: Selection, adHoc: readonly string[]): string[] {
  const formatFlag = (name: string, words: readonly string[]) =>
    words.length > 0 ? [name, words.join(',')] : []
  if (adHoc.length > 0 && profiles.some((name) => name.includes('@'))) {
    return [...adHoc, ...formatFlag('--region', regions)]
  }
  return [
    ...formatFlag('--profile', profiles),
    ...formatFlag('--account', accounts),
    ...formatFlag('--region', regions),
  ]
}

function formatView(ask: TableRequest, usualKind: string): string[] {
  const { type, view } = ask
  const counted = ask.type === 'view' && ask.counted === true
  const kinds = [view.kind, ...view.otherKinds].join(',')
  const kind = view.query === null && kinds !== usualKind ? ['--kind', kinds] : []
  if (type === 'find') return []
  if (type === 'scopes') return kind
  return [
    ...kind,
    ...(view.columns ? ['--columns', view.columns.map(columnWord).join(',')] : []),
    ...view.filters.map((text) => `--filter=${text}`),
    ...formatGroups(view, counted),
    ...(view.sort ? [`--sort=${formatSort(view.sort)}`] : []),
    ...(view.limit === null ? [] : [`--limit=${view.limit}`]),
    ...(view.origin ? [] : ['--no-origin']),
  ]
}

/** What a saved query groups by is its own, unless other groups were asked for. */
function formatGroups({ query, group, sum, top }: View, counted: boolean): string[] {
  if (group === null || (query !== null && !counted)) return []
  return [
    `--count-by=${group.map(columnWord).join(',')}`,
    ...(sum === null ? [] : [`--sum=${sum}`]),
    ...(top === null ? [] : [`--top=${top}`]),
  ]
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
