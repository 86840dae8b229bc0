/**
 * What stands twice in the tables that lead to all others: the columns of a line that answers print, and one text of all of
 * them, which triggers make (migration 10). SQLite has checksums neither of pages nor of rows; a bit that is wrong in one of
 * the two is a difference. Other columns need another migration, with triggers of their own.
 */

/** The first version of the file that has these texts. */
export const twinsSince = 10

/** Of a scope: what names it, and its times. */
export const columnsOfScope = [
  'account',
  'region',
  'kind',
  'profile',
  'read_by',
  'attempted_at',
  'synced_at',
] as const

/** Of an account: what is known of it, and since when. */
export const columnsOfAccount = ['account', 'name', 'regions', 'regions_at'] as const

/** The texts as expressions in SQL. */
export const twinOfScope = twinOf(columnsOfScope)
export const twinOfAccount = twinOf(columnsOfAccount)

/**
 * Whether a line, read with all of its columns, differs from its second text. One without that text is of an older file,
 * of which nothing is known.
 */
export function isSpoilt(line: object, columns: readonly string[]): boolean {
  const { again, ...values } = line as Record<string, unknown>
  if (again === null || again === undefined) return false
  return again !== columns.map((column) => String(values[column] ?? '')).join(' ')
}

function twinOf(columns: readonly string[]): string {
  return columns.map((column) => `coalesce(${column}, '')`).join(" || ' ' || ")
}
