import { usageError } from '../errors.ts'
import type { View } from '../model.ts'
import { columnWord } from './column-list.ts'
import type { DeclaredParameter } from './parameters.ts'
import { readSavedText, type SavedQuery } from './saved-text.ts'
import { formatSort } from './sort-text.ts'

/**
 * A view as the text of a saved query. `base` is the saved query that it is made from: its title (with what the view asks
 * for beside it), its names and its parameters stay, with the values of the view. `show` is what --columns shows, as it is written. A usage error if something
 * cannot stand in a header.
 */
export function formatSavedQuery(view: View, base: SavedQuery | null, show: string | null): string {
  const { kind, otherKinds, requires, lets, filters, sort, group, sum, top, limit, expression } = view
  const columns = expression === null ? show : base?.columns ? listOf(base.columns) : null
  const parameters = (base?.parameters ?? []).map((each) =>
    withValue(each, view.parameters.find(({ name }) => name === each.name)?.written ?? null),
  )
  const header: (readonly [key: string, value: string | number | null])[] = [
    otherKinds.length === 0 ? ['kind', kind] : ['kinds', [kind, ...otherKinds].join(', ')],
    ['requires', requires.length === 0 ? null : requires.join(', ')],
    ...parameters.map((each) => ['param', each] as const),
    ...lets.map(
      (each) => [each.overlapping ? 'overlaps' : 'let', `${each.name} = ${each.expression}`] as const,
    ),
    ['columns', columns],
    ['show', expression === null ? null : show],
    ...filters.map((each) => ['filter', each] as const),
    ['count-by', group && listOf(group)],
    ['sum', sum],
    ['top', top],
    ['sort', sort && formatSort(sort)],
    ['limit', limit],
  ]
  const given = header.filter(([, value]) => value !== null)
  const broken = given.find(
    ([, value]) => String(value) !== String(value).trim() || /[\r\n]/.test(String(value)),
  )
  if (broken)
    throw usageError(
      `A saved query cannot hold ${JSON.stringify(broken[1])} as its ${broken[0]}: a line of its header is one line, without blanks around its value.`,
    )
  const title = base && base.title !== base.name ? [`# ${titleOf(view, base, base.title)}`] : []
  const lines = [...title, ...given.map(([key, value]) => `# ${key}: ${value}`)]
  const text = `${[...lines, ...(expression === null ? [] : [expression.trim()])].join('\n')}\n`
  const { query, problems } = readSavedText(text, 'NAME', 'NAME', true)
  const [problem] = problems
  if (problem) throw usageError(`A saved query cannot hold this: ${problem.what}.`)
  if (query?.expression !== (expression?.trim() ?? null))
    throw usageError('A saved query cannot hold this expression: it begins as a header does, with #.')
  return text
}

/** A title that stays true: with what the view asks for beside what the saved query does. */
function titleOf({ filters, group }: View, base: SavedQuery, title: string): string {
  const more = filters.filter((each) => !base.filters.includes(each))
  const passed = more.length === 0 ? '' : `, those that pass ${more.join(' ')}`
  const isOther = group !== null && group.join() !== (base.group ?? []).join()
  return `${title}${passed}${isOther ? `, counted by ${group.join(', ')}` : ''}`
}

function listOf(names: readonly string[]): string {
  return names.map(columnWord).join(', ')
}

/** A declaration with the value as its default, which means the same as the value did. */
function withValue({ name, type }: DeclaredParameter, written: string | null): string {
  const known = type === 'any' ? (/^[-+]\d+[smhdw]$/.test(written ?? '') ? 'time' : 'text') : type
  return written === null ? `${type === 'any' ? '' : `${type} `}${name}` : `${known} ${name} = ${written}`
}
