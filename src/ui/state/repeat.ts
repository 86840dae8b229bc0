import { isSyncing, type State, type Step, step, stepTo } from './state.ts'

/** Reads again if the time for it has come, and nobody types or chooses: rows would move under their eyes. */
export function repeatWhenDue(state: State, now: number): Step {
  const { repeat, table } = state
  if (repeat === null || now < repeat.at || isSyncing(state) || isBusy(state)) return stepTo(state)
  const { every } = repeat
  const { view } = table.ask
  // What another muster has read meanwhile is not read once more.
  const fresh = every / 2
  const next = { ...state, repeat: { every, at: now + every } }
  return step(next, { type: 'sync', calls: 'when-due', view, fresh })
}

/** Counts from now on. */
export function postponeRepeat(state: State): State {
  const { repeat, now } = state
  return repeat === null ? state : { ...state, repeat: { ...repeat, at: now + repeat.every } }
}

/** When the screen reads again by itself, in words; null if it does not. */
export function formatRepeat(state: State): string | null {
  const { repeat, now } = state
  if (repeat === null || isSyncing(state)) return null
  if (now >= repeat.at && isBusy(state)) return 'reads again after this'
  // Seconds that are left would be drawn anew each second.
  if (repeat.every < 60_000) return `reads again every ${Math.round(repeat.every / 1000)}s`
  const minutes = Math.ceil((repeat.at - now) / 60_000)
  if (minutes <= 1) return 'reads again in <1m'
  return `reads again in ${minutes < 120 ? `${minutes}m` : `${Math.round(minutes / 60)}h`}`
}

/** Whether a line is typed, something is chosen or opened, or a question waits. A page of text is read on. */
function isBusy({ overlay, opening }: State): boolean {
  if (opening !== null) return true
  return overlay?.type === 'text' ? overlay.search?.typing === true : overlay !== null
}
