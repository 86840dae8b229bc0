import type { EditedLine } from './line.ts'

/** The list of the columns of a kind, to choose from. */
export interface ColumnsState {
  readonly type: 'columns'
  readonly kind: string
  /** In order: those that are shown stand so on the table. */
  readonly items: readonly ColumnChoice[]
  /** Members of the documents that the cache has, offered to who types. */
  readonly members: readonly string[]
  /** Cells of the widest value of each column that the table has shown. */
  readonly widest: Readonly<Record<string, number>>
  readonly index: number
  /** What is typed to find a column or to add one; null if nothing is. */
  readonly line: EditedLine | null
  /** Why what is typed is no column. */
  readonly problem: string | null
}

export interface ColumnChoice {
  readonly name: string
  readonly on: boolean
  /** Cells that it was given; null for as many as its values need. */
  readonly width: number | null
}
