import type { ColumnType } from '../model.ts'
import type { Cell, TypedColumn } from './typed-rows.ts'

/** What an answer covers, as a file says it. Nothing in it depends on when it is written. */
export interface FileCoverage {
  readonly complete: boolean
  /** `30 of 32 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z`. */
  readonly summary: string
  /** The columns of the rows below. */
  readonly columns: readonly TypedColumn[]
  /** Where each scope stands. */
  readonly scopes: readonly (readonly Cell[])[]
  /** Those that were not read, which make it incomplete. */
  readonly unread: readonly (readonly Cell[])[]
}

/** What a format of bytes must know beside the answer. */
export interface FileAbout {
  /** What the rows are called: `instances`. */
  readonly name: string
  readonly coverage: FileCoverage
  /** What a column is known to hold; null if only its values say so. */
  readonly typeOf: (column: string) => ColumnType | null
  /** Where there is room for temporary files. */
  readonly folder: string
  /** Reports in a sentence what the format cannot hold. */
  readonly note: (sentence: string) => void
  /** CSV: as FormatOptions has them. */
  readonly raw: boolean
  readonly bom?: boolean
  readonly headers?: boolean
}
