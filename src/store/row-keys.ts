/** A row's number holds its scope's in the upper half: the rows of a scope stand side by side. */
const rowsOfScope = 2 ** 32

/** The first and the last number that rows of a scope may have. */
export function rowRangeOf(scopeId: number): readonly [first: number, last: number] {
  const first = scopeId * rowsOfScope
  return [first, first + rowsOfScope - 1]
}

/** The scope that a row belongs to. */
export function scopeIdOf(row: number): number {
  return Math.floor(row / rowsOfScope)
}
