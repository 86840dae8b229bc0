import type { Effect, State, UiEvent } from './state/state.ts'
import { update } from './update.ts'

/** The state of the screen, as React reads it from outside. */
export interface ScreenStore {
  getState(): State
  subscribe(listener: () => void): () => void
  /**
   * Applies an event. What the user did is painted as soon as all keys that were read at once are applied; what comes by
   * itself, at most ten times a second.
   */
  dispatch(event: UiEvent): void
}

/** The time between two paints that no key press asked for, in ms. */
const interval = 100

/** Makes the store. `run` does the work outside that the reducer asks for. */
export function makeScreenStore(first: State, run: (effect: Effect) => void): ScreenStore {
  const listeners = new Set<() => void>()
  let state = first
  let timer: ReturnType<typeof setTimeout> | null = null
  let paintedAt = 0
  let isDue = false
  const paint = () => {
    if (timer) clearTimeout(timer)
    timer = null
    isDue = false
    paintedAt = performance.now()
    for (const listener of listeners) listener()
  }
  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dispatch(event) {
      const before = state
      const { state: next, effects } = update(state, event)
      state = next
      for (const effect of effects) run(effect)
      if (state === before) return
      if (!isQuiet(event, before)) {
        if (!isDue) queueMicrotask(paint)
        isDue = true
        return
      }
      timer ??= setTimeout(paint, Math.max(0, interval - (performance.now() - paintedAt)))
    },
  }
}

/** Whether an event comes by itself: from a sync, the clock, or rows that follow from them. */
function isQuiet(event: UiEvent, { table }: State): boolean {
  if (event.type === 'ticked' || event.type === 'sync-reported') return true
  if (event.type !== 'reader') return false
  const { message } = event
  if (message.type === 'listed') return true
  return message.type === 'adopted' && table.shown === table.question && table.listed !== null
}
