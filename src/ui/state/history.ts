import type { TableRequest } from '../threads/messages.ts'
import { type Place, type State, type Step, step, stepTo, type TextState } from './state.ts'
import { makeEmptyTable } from './table-state.ts'
import { keepPlace, scrollTo } from './text-page.ts'

/** As many places are remembered. */
const most = 50

/** Opens another table; esc leads back to where one was. `fixed`: filters that make it what it is; `fixedAs`: in words. */
export function openTable(
  state: State,
  wanted: TableRequest,
  fixed: readonly string[] = [],
  fixedAs: string | null = null,
): Step {
  const ask = withChosenColumns(wanted, state.columnsOfKinds)
  const question = state.table.question + 1
  const table = makeEmptyTable(ask, question, fixed, fixedAs)
  return step({ ...leave(state), overlay: null, table }, { type: 'ask', question, ask })
}

/** The table of a kind has the columns that were chosen for it, if no others are asked for. */
export function withChosenColumns(ask: TableRequest, chosen: State['columnsOfKinds']): TableRequest {
  const { view } = ask
  const isOwn =
    ask.type === 'view' && [view.expression, view.group, view.columns].every((each) => each === null)
  const columns = isOwn ? (chosen[view.kind]?.columns ?? null) : null
  return columns === null ? ask : ({ ...ask, view: { ...view, columns } } as TableRequest)
}

/** Opens a page over the table; esc leads back to where one was. */
export function openPage(state: State, page: TextState): Step {
  return stepTo({ ...leave(state), overlay: page })
}

/** Goes back to the place before, with its cursor. */
export function goBack(state: State): Step {
  const [place, ...history] = state.history
  if (!place) return stepTo({ ...state, overlay: null, opening: null })
  return goTo({ ...state, history, future: [placeOf(state), ...state.future] }, place)
}

/** Goes forward again to where one came back from. */
export function goForward(state: State): Step {
  const [place, ...future] = state.future
  if (!place) return stepTo(state)
  return goTo({ ...state, history: [placeOf(state), ...state.history], future }, place)
}

/** The page of text that is shown; also if a line is typed over it. */
export function findPage({ overlay }: Pick<State, 'overlay'>): TextState | null {
  if (overlay?.type === 'text') return overlay
  return overlay?.type === 'command' ? (overlay.over ?? null) : null
}

/** The page that is shown with another content, or on another size than before: where one is in it and what one searches stay. */
export function replacePage(state: State, open: TextState, page: TextState, before: State = state): State {
  const { overlay } = state
  const shown = keepPlace(open, page, state, before)
  return { ...state, overlay: overlay?.type === 'command' ? { ...overlay, over: shown } : shown }
}

function leave(state: State): State {
  const history = [placeOf(state), ...state.history].slice(0, most)
  return { ...state, history, future: [], opening: null }
}

function placeOf(state: State): Place {
  return { table: state.table, page: findPage(state) }
}

function goTo(state: State, { table, page }: Place): Step {
  // The terminal may have another size by now.
  const overlay = page && scrollTo(page, page.top, state)
  const next = { ...state, overlay, opening: null }
  // Under a page the table goes on.
  if (table.ask === state.table.ask) return stepTo(next)
  const question = state.table.question + 1
  const shown = { ...table, question, adopting: null, isBack: true, asked: null, isSlow: false }
  return step({ ...next, table: shown }, { type: 'ask', question, ask: table.ask })
}
