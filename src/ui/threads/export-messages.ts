import type { ExportRequest } from '../../app/export-view.ts'
import type { DebugLog, Io } from '../../io.ts'
import type { ScopeSelection } from '../../sync/standing.ts'
import type { TableRequest } from './messages.ts'

/** What an export starts from: what the screen shows, and where it goes. */
export interface ExportTask {
  readonly cacheFile: string
  readonly env: Io['env']
  readonly debugHandle: DebugLog['handle']
  readonly selection: ScopeSelection
  readonly ask: TableRequest
  readonly request: ExportRequest
}

/** How an export went. */
export type ExportOutcome =
  | {
      readonly type: 'written'
      readonly rows: number
      readonly bytes: number
      readonly missing: number
      /** Sentences about what the file does not hold as it is. */
      readonly notes: readonly string[]
    }
  | { readonly type: 'failed'; readonly message: string }
  /** The screen asked for that: nothing was written. */
  | { readonly type: 'stopped' }

/**
 * The temporary file of an export. When the process ends, the export's thread ends wherever it is and cannot remove it.
 */
export interface ExportDraft {
  readonly type: 'draft-started'
  readonly draft: string
}
