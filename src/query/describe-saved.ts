import { lookForKind } from '../kinds.ts'
import type { SavedQuery } from './saved-text.ts'
import { formatSort } from './sort-text.ts'

/**
 * What a saved query answers, on one line: its title, or if it has none, as one that was kept from the screen, what it
 * asks for: `Instances that pass state=running, counted by InstanceType`.
 */
export function describeSaved(query: SavedQuery): string {
  const { name, title, kind, otherKinds, expression, filters, show, group, sum, top, sort, limit } = query
  if (title !== name) return title
  const kinds = [kind, ...otherKinds].map((each) => lookForKind(each)?.title ?? each)
  const passed = filters.length === 0 ? '' : ` that pass ${filters.join(' ')}`
  const parts = [
    expression === null ? '' : expression.replace(/\s+/g, ' '),
    show === null ? '' : `columns ${show}`,
    group === null ? '' : `counted by ${group.join(', ')}`,
    sum === null ? '' : `with the sum of ${sum}`,
    top === null ? '' : `the ${top} largest`,
    sort === null ? '' : `by ${formatSort(sort)}`,
    limit === null ? '' : `${limit} at most`,
  ].filter((part) => part !== '')
  return [`${kinds.join(', ')}${passed}`, ...parts].join(', ')
}
