import type { View } from '../../model.ts'
import type { Ask, FromReader, Window } from '../threads/messages.ts'
import { bodyRows, type Effect, type State, type Step, step, still, type TableState } from './state.ts'

const nothing: Window = { from: 0, rows: [] }

/** The table of an ask, before anything is known. */
export function emptyTable(ask: Ask, question: number): TableState {
  return {
    ask,
    question,
    listed: null,
    shown: question,
    window: nothing,
    index: 0,
    top: 0,
    moved: false,
    column: 0,
    adopting: null,
    asked: null,
    failed: null,
  }
}

/** Asks another thing in the same place, as a filter or a sort does: the old rows stay until the new are there. */
export function asked(state: State, ask: Ask): Step {
  const question = state.table.question + 1
  const table = { ...state.table, ask, question, adopting: null, asked: null, failed: null }
  return step({ ...state, table }, { type: 'ask', question, ask })
}

/** The same with a changed view. */
export function askedView(state: State, change: Partial<View>): Step {
  const { ask } = state.table
  return asked(state, { ...ask, view: { ...ask.view, ...change } })
}

/** Opens another table; esc leads back to this one. */
export function opened(state: State, ask: Ask): Step {
  const question = state.table.question + 1
  const history = [state.table, ...state.history].slice(0, 20)
  return step(
    { ...state, history, overlay: null, table: emptyTable(ask, question) },
    { type: 'ask', question, ask },
  )
}

/** Goes back to the table before, with its cursor. */
export function back(state: State): Step {
  const [before, ...history] = state.history
  if (!before) return still(state)
  const question = state.table.question + 1
  const table = { ...before, question, adopting: null, asked: null }
  return step({ ...state, history, table }, { type: 'ask', question, ask: before.ask })
}

/** Moves the cursor to a row; the screen follows, and rows that are missing are asked for. */
export function movedTo(state: State, index: number): Step {
  return placedAt({ ...state, table: { ...state.table, moved: true } }, index)
}

function placedAt(state: State, index: number): Step {
  const { table } = state
  const last = Math.max(0, (table.listed?.total ?? 0) - 1)
  const at = Math.max(0, Math.min(index, last))
  return provided({ ...state, table: { ...table, index: at, top: topFor(at, table.top, state) } })
}

/** Takes over what the reader tells about the table. */
export function heard(state: State, message: FromReader): Step {
  const { table } = state
  switch (message.type) {
    case 'listed':
      if (message.question !== table.question) return still(state)
      if (table.adopting) {
        return still({ ...state, table: { ...table, adopting: { ...table.adopting, again: true } } })
      }
      return adopting(state)
    case 'adopted':
      return message.question === table.question ? adopted(state, message) : still(state)
    case 'window': {
      const current = message.question === table.question && message.version === table.listed?.version
      if (!current) return still(state)
      return provided({ ...state, table: { ...table, window: message.window, asked: null } })
    }
    case 'failed':
      if (message.question !== table.question) return still(state)
      return still({ ...state, table: { ...table, failed: message.message } })
    default:
      return still(state)
  }
}

/** The row of the cursor; null while it is not known. */
export function cursorRow({ table }: State) {
  return table.window.rows[table.index - table.window.from] ?? null
}

/** After a change of the terminal's size: the cursor stays on the screen. */
export function refitted(state: State): Step {
  return placedAt(state, state.table.index)
}

function adopting(state: State): Step {
  const { table } = state
  const body = bodyRows(state)
  const another = table.shown !== table.question
  const message = {
    type: 'adopt',
    question: table.question,
    key: table.moved ? (cursorRow(state)?.key ?? null) : null,
    index: another && table.listed ? 0 : table.index,
    above: table.index - table.top + 2 * body,
    count: 5 * body,
  } as const
  const next = { ...table, adopting: { index: table.index, again: false } }
  return step({ ...state, table: next }, { type: 'reader', message })
}

function adopted(state: State, message: Extract<FromReader, { type: 'adopted' }>): Step {
  const { table } = state
  const { listed, window } = message
  const moved = table.adopting ? table.index - table.adopting.index : 0
  const last = Math.max(0, listed.total - 1)
  const index = Math.max(0, Math.min(message.index + moved, last))
  const top = topFor(index, index - (table.index - table.top), { ...state, table: { ...table, listed } })
  const columns = Math.max(0, listed.columns.length - 1)
  const next = {
    ...table,
    listed,
    window,
    index,
    top,
    shown: message.question,
    column: Math.min(table.column, columns),
    adopting: null,
    asked: null,
    failed: null,
  }
  const shown = { ...state, table: next }
  return table.adopting?.again ? adopting(shown) : provided(shown)
}

/** Keeps the cursor on the screen and the screen on the rows. */
function topFor(index: number, top: number, state: State): number {
  const body = bodyRows(state)
  const total = state.table.listed?.total ?? 0
  const within = Math.min(Math.max(top, index - body + 1), index)
  return Math.max(0, Math.min(within, Math.max(0, total - body)))
}

/** Asks for rows before they are needed: a screen above and below are always there. */
function provided(state: State): Step {
  const { table } = state
  const { listed, window, top } = table
  if (!listed || table.adopting) return still(state)
  const body = bodyRows(state)
  const first = Math.max(0, top - body)
  const last = Math.min(listed.total, top + 2 * body)
  const covers = (from: number, count: number) => from <= first && from + count >= last
  if (covers(window.from, window.rows.length)) return still(state)
  if (table.asked && covers(table.asked.from, table.asked.count)) return still(state)
  const wanted = { from: Math.max(0, top - 2 * body), count: 5 * body }
  const effect: Effect = {
    type: 'reader',
    message: { type: 'window', question: table.question, version: listed.version, ...wanted },
  }
  return step({ ...state, table: { ...table, asked: wanted } }, effect)
}
