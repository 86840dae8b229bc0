import type { SyncEvent } from '../model.ts'

/** What a sync has done so far: one fold of its events for the progress line and for the screen. */
export interface Progress {
  readonly scopes: number
  readonly done: number
  readonly pages: number
  readonly rows: number
  readonly faults: number
}

export const noProgress: Progress = { scopes: 0, done: 0, pages: 0, rows: 0, faults: 0 }

/** Folds one event into the progress. */
export function advanceProgress(before: Progress, event: SyncEvent): Progress {
  switch (event.type) {
    case 'planned':
      return { ...before, scopes: before.scopes + event.scopes }
    case 'scopes-resolved':
      return { ...before, scopes: before.scopes + event.scopes.length - 1 }
    case 'page-stored':
      return { ...before, pages: before.pages + 1, rows: before.rows + event.count }
    case 'scope-finished':
    case 'scope-skipped':
      return { ...before, done: before.done + 1 }
    case 'scope-failed':
      return { ...before, done: before.done + 1, faults: before.faults + 1 }
    default:
      return before
  }
}

/** The progress as one line without a line end. */
export function progressLine(progress: Progress): string {
  const faults = progress.faults === 0 ? '' : `, ${progress.faults} failed`
  return `syncing ${progress.done}/${progress.scopes} scopes, ${progress.pages} pages, ${progress.rows} rows${faults}`
}
