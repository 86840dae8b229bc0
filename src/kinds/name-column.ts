import type { Kind } from '../model.ts'

/** The column of a kind that names its resources for people; null if it has none. */
export function nameColumnOf({ columns }: Kind): string | null {
  const named = columns.find(({ name }) => name === 'Name') ?? columns.find(({ type }) => type === 'name')
  return named?.name ?? null
}
