import { countBodyRows, type Overlay, type State, type Step, step, stepTo } from '../state/state.ts'

/**
 * Where a key works: on a table, a page of text, a list to choose from, a line being typed, a sign-in, the first page, the question whether to quit.
 */
export type KeyPlace = 'leaving' | 'table' | 'text' | 'picker' | 'columns' | 'line' | 'login' | 'welcome'

/** One row of the table of keys, from which dispatch, hints, help and reference are drawn. */
export interface Binding {
  readonly keys: readonly string[]
  readonly does: string
  readonly place: KeyPlace
  /** Whether the key is among the hints; those first in the table come first. */
  readonly hint?: string
  /** Whether the key does something here; if not given, always. */
  readonly when?: (state: State) => boolean
  readonly act: (state: State) => Step
}

export type Act = Binding['act']

/** Makes actions that change what is open above the table, if it is of this type. */
export const makeChanger =
  <T extends Overlay['type']>(type: T) =>
  (change: (open: OverlayOf<T>, state: State) => OverlayOf<T>): Act =>
  (state) => {
    const { overlay } = state
    return overlay && isOfType(overlay, type)
      ? stepTo({ ...state, overlay: change(overlay, state) })
      : stepTo(state)
  }

type OverlayOf<T extends Overlay['type']> = Extract<Overlay, { readonly type: T }>

function isOfType<T extends Overlay['type']>(overlay: Overlay, type: T): overlay is OverlayOf<T> {
  return overlay.type === type
}

/** Makes rows of the table for one place; several keys of one row stand in one text. */
export const makeBinder =
  (place: KeyPlace) =>
  (keys: string, does: string, act: Act, hint?: string, when?: Binding['when']): Binding => ({
    keys: keys.split(' '),
    does,
    place,
    act,
    ...(hint === undefined ? {} : { hint }),
    ...(when === undefined ? {} : { when }),
  })

export const quit: Act = (state) => step(state, { type: 'quit' })
export const redraw: Act = (state) => step(state, { type: 'redraw' })
export const suspend: Act = (state) => step(state, { type: 'suspend' })

/** The lines of half a page. */
export const countHalfBodyRows = (state: State) => Math.max(1, Math.floor(countBodyRows(state) / 2))
