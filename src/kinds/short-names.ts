/** A column as short names know it. */
export interface NamedColumn {
  readonly name: string
  /** The title over it, if it has one of its own. */
  readonly label: string | null
  readonly isAddress: boolean
}

/**
 * The columns that a word means, in upper and lower case alike and without regard to hyphens: the one of that name; or
 * else the one under that title (`age`, `zone`, `private-ip`); or those that the word stands for; or those whose names end
 * with it (`type` for VolumeType). None if there is no such column. `id`: the name of the column that identifies a row.
 */
export function findColumnsNamed<T extends NamedColumn>(
  word: string,
  columns: readonly T[],
  id: string | null,
): readonly T[] {
  const wanted = plainName(word)
  const byName = columns.filter(({ name }) => plainName(name) === wanted)
  // The first word of an ARN is never short for a column.
  if (byName.length > 0 || wanted === 'arn') return byName
  const byLabel = columns.filter(({ label }) => label !== null && plainName(label) === wanted)
  if (byLabel.length > 0) return byLabel
  if (wanted === 'id') return columns.filter(({ name }) => name === id)
  if (wanted === 'ip') return columns.filter(({ isAddress }) => isAddress)
  const names = shortNames.get(wanted)
  if (names) {
    const first = names.find((each) => each.some((name) => columns.some((column) => column.name === name)))
    return columns.filter(({ name }) => first?.includes(name))
  }
  return columns.filter(({ name }) => plainName(name.split(/(?<=[a-z0-9])(?=[A-Z])/).at(-1) ?? '') === wanted)
}

/** The one of these fields that a word means where one alone can be shown: `account` is AccountName. Null if none is. */
export function findFieldNamed<T extends string>(word: string, fields: readonly T[]): T | null {
  const wanted = plainName(word)
  const [first] = shortNames.get(wanted)?.flat() ?? []
  return (
    fields.find((field) => plainName(field) === wanted) ?? fields.find((field) => field === first) ?? null
  )
}

/** Whether a word means how long ago the time of a column is, which grows while the time gets earlier. */
export function isAge(word: string): boolean {
  return plainName(word) === 'age'
}

/** Words for columns that have other names: the first of these lists of which a kind has a column. */
const created = ['CreateTime', 'CreationTime', 'CreationTimestamp', 'CreationDate', 'CreateDate', 'CreatedAt']
const started = ['StartTime', 'StartDate', 'Start']
const shortNames: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['account', [['AccountName', 'AccountId']]],
  ['launched', [['LaunchTime']]],
  ['created', [created]],
  ['started', [started]],
  ['age', [['LaunchTime'], created, started]],
])

function plainName(name: string): string {
  return name.replaceAll(/[-_ ]/g, '').toLowerCase()
}
