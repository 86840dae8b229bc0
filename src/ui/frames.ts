import { drawFrame } from './draw/frame.ts'
import { speakFrame } from './draw/spoken-lines.ts'
import { paintOf } from './draw/themes.ts'
import type { ScreenStore } from './screen-store.ts'
import type { State } from './state/state.ts'

/** What the screen shows: as many lines as it has rows. No two frames have the same number. */
export interface Frame extends Pick<State, 'columns' | 'rows'> {
  readonly number: number
  readonly lines: readonly string[]
}

/**
 * Makes what draws the state of the store. As long as it looks the same, the same frame is given: then neither React nor Ink
 * has anything to do, whose work is most of a frame.
 */
export function makeFrames({ getState }: Pick<ScreenStore, 'getState'>): () => Frame {
  let drawn: State | null = null
  let theme: State['look']['theme'] | null = null
  let paint = paintOf('terminal')
  let frame: Frame = { number: 0, columns: 0, rows: 0, lines: [] }
  return () => {
    const state = getState()
    if (state === drawn) return frame
    if (state.look.theme !== theme) paint = paintOf(state.look.theme)
    theme = state.look.theme
    drawn = state
    const { columns, rows } = state
    const lines = state.look.spoken ? speakFrame(state) : drawFrame(state, paint)
    const isSame = columns === frame.columns && rows === frame.rows && haveSame(lines, frame.lines)
    if (!isSame) frame = { number: frame.number + 1, columns, rows, lines }
    return frame
  }
}

function haveSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, at) => line === others[at])
}
